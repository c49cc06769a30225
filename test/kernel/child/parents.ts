/**
 * Parents that start another program, built as their users would: the code that the repair shows, in a
 * frame that calls it.
 *
 *     parent [--as-is] program [argument ...]
 *
 * --as-is  starts the program without calling it.
 */
import { globSync } from 'node:fs';
import { copyFile, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa, ExecaError } from 'execa';
import { raiseAmbientInParent } from '../../../extension/fixes/parentFixes.ts';
import { CAP_NET_ADMIN } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import type { SourceLanguage } from '../../../extension/model/sourceLanguage.ts';
import { exampleSystem } from '../../../extension/rules/exampleSystem.ts';

/** A parent of which copies can be given capabilities. */
export interface Parent {
  /** The file that carries them: the program, or what interprets it. */
  readonly file: string;
  /** What goes between the file and its arguments. */
  readonly options: readonly string[];
}

/** What it is built with, as its users would install it. */
interface Toolchain {
  readonly debian: string;
  /** Patterns of files, each of which has to be there. */
  readonly needs: readonly string[];
  readonly build: (folder: string, source: string) => Promise<Parent>;
}

export const languages = ['c', 'rust', 'go', 'python'] as const;

const registry = '/usr/share/cargo/registry';

const toolchains: Readonly<Record<SourceLanguage, Toolchain>> = {
  c: {
    debian: 'gcc libcap-dev',
    needs: ['/usr/bin/cc', '/usr/include/sys/capability.h'],
    build: async (folder, source) => {
      await writeFile(join(folder, 'parent.c'), source);
      const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror'];
      await make(folder, 'cc', [...strict, '-o', 'parent', 'parent.c', '-lcap']);
      return { file: join(folder, 'parent'), options: [] };
    },
  },
  rust: {
    debian: 'cargo librust-caps-dev',
    needs: [`${registry}/caps-*/Cargo.toml`],
    build: async (folder, source) => {
      await mkdir(join(folder, 'src'));
      await mkdir(join(folder, '.cargo'));
      await writeFile(join(folder, 'src/main.rs'), source);
      await writeFile(join(folder, 'Cargo.toml'), manifest);
      await writeFile(join(folder, '.cargo/config.toml'), replacedSource);
      await make(folder, 'cargo', ['build', '--offline', '--quiet']);
      return { file: join(folder, 'target/debug/parent'), options: [] };
    },
  },
  go: {
    debian: 'golang-go',
    needs: ['/usr/bin/go'],
    build: async (folder, source) => {
      await writeFile(join(folder, 'main.go'), source);
      await make(folder, 'go', ['build', '-o', 'parent', 'main.go']);
      return { file: join(folder, 'parent'), options: [] };
    },
  },
  python: {
    debian: 'python3',
    needs: ['/usr/bin/python3'],
    build: async (folder, source) => {
      await writeFile(join(folder, 'parent.py'), source);
      return {
        file: await realpath('/usr/bin/python3'),
        options: ['-I', join(folder, 'parent.py')],
      };
    },
  },
};

const manifest = `[package]
name = "parent"
version = "0.0.0"
edition = "2021"

[dependencies]
caps = "0.5"
`;

/** The crates that Debian packages: nothing is downloaded. */
const replacedSource = `[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "${registry}"
`;

const frames: Readonly<Record<SourceLanguage, (shown: string) => string>> = {
  c: (shown) => `#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
${shown}

int main(int argc, char *argv[]) {
  int first = argc > 1 && strcmp(argv[1], "--as-is") == 0 ? 2 : 1;
  if (first == 1 && raise_ambient() < 0) perror("raise_ambient");
  pid_t child;
  if (posix_spawn(&child, argv[first], NULL, NULL, &argv[first], environ) != 0) return 127;
  return waitpid(child, NULL, 0) < 0;
}
`,
  rust: (shown) => `#![deny(warnings)]
${shown}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let as_is = arguments[0] == "--as-is";
    if !as_is {
        if let Err(error) = raise_ambient() {
            eprintln!("{error}");
        }
    }
    let command = if as_is { &arguments[1..] } else { &arguments[..] };
    std::process::Command::new(&command[0]).args(&command[1..]).status().unwrap();
}
`,
  go: (shown) => `package main

import (
	"fmt"
	"os"
)

${shown}

func main() {
	arguments := os.Args[1:]
	asIs := arguments[0] == "--as-is"
	if asIs {
		arguments = arguments[1:]
	}
	command := exec.Command(arguments[0], arguments[1:]...)
	command.Stdout = os.Stdout
	if !asIs {
		passOn(command)
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
`,
  python: (shown) => `import subprocess
import sys
${shown}


command = sys.argv[1:]
if command[0] == "--as-is":
    subprocess.run(command[1:])
else:
    subprocess.run(command, preexec_fn=raise_ambient)
`,
};

/** The code that the repair shows for a program of the language. */
function shownCode(language: SourceLanguage): string {
  const system = exampleSystem({});
  const of = { ...system, program: { ...system.program, language } };
  const [fix, ...others] = raiseAmbientInParent(of, setOf(CAP_NET_ADMIN));
  const [step] = fix?.steps ?? [];
  if (others.length > 0 || step?.kind !== 'code') throw new Error('One piece of code is shown.');
  return step.text;
}

/** Why a parent in the language cannot be built here; null where it can. */
export function toolchainMissing(language: SourceLanguage): string | null {
  const { debian, needs } = toolchains[language];
  for (const path of needs) {
    if (globSync(path).length === 0) return `${path} is not there (Debian: apt install ${debian}).`;
  }
  return null;
}

/** Builds it in an empty folder. */
export async function buildParent(language: SourceLanguage, folder: string): Promise<Parent> {
  return toolchains[language].build(folder, frames[language](shownCode(language)));
}

/** A copy of the parent's file in a folder, which can be given capabilities of its own. */
export async function copyParent({ file, options }: Parent, folder: string): Promise<Parent> {
  const copy = join(folder, 'parent');
  await copyFile(file, copy);
  return { file: copy, options };
}

async function make(folder: string, command: string, args: readonly string[]): Promise<void> {
  try {
    await execa(command, args, {
      cwd: folder,
      timeout: 300_000,
      env: { GO111MODULE: 'off', GOPROXY: 'off', GOCACHE: join(folder, 'cache') },
    });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new Error(`The code that is shown does not build: ${error.message}`, { cause: error });
  }
}
