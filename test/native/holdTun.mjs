// Holds a TUN device until it is ended: node holdTun.mjs ADDON DEVICE NAME LAYER [FLAG…]
// Says "ready" when it does.
import { constants, openSync } from 'node:fs';
import process from 'node:process';

const [addon, device, name, layer, ...flags] = process.argv.slice(2);
const module = { exports: {} };
process.dlopen(module, addon);
const outcome = module.exports.attachTun(openSync(device, constants.O_RDWR), name, layer, flags);
if (outcome.error !== undefined) throw new Error(JSON.stringify(outcome.error));
console.log('ready');
setInterval(() => undefined, 1_000_000);
