#!/usr/bin/env node
import { runPredict } from './predictCommand.ts';
process.exitCode = await runPredict(process.stdin, process.stdout);
