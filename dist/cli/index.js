import { text } from 'node:stream/consumers';
import { r as runGate } from '../shared/gate.js';
import { c as createHost } from '../shared/create-host.js';
import { e as endInOrder, d as say, p as plainText, c as crashText } from '../shared/read-request.js';
import { r as runBoot } from '../shared/run.js';
import { r as runKernels, a as runCli } from '../shared/run2.js';
import { s as surroundings } from '../shared/surroundings.js';
import { r as runVerdict } from '../shared/run3.js';

async function status([command, ...rest]) {
  const [around, out, err] = [surroundings(), process.stdout, process.stderr];
  if (command === "kernels") return runKernels(rest, { createHost }, around, out, err);
  if (command === "boot") return runBoot(rest, { createHost }, around, out, err);
  if (command === "verdict") return runVerdict(rest, around, out, err);
  return runCli(process.argv.slice(2), { runGate, createHost, readStdin: () => text(process.stdin) }, around, out, err);
}
endInOrder((error) => say(`kmod-gate: ${plainText(crashText(error))}`));
process.exitCode = await status(process.argv.slice(2));
