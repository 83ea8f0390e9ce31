// Starts a Go program of this repository and waits until it says where it listens.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds packagePath, runs it with args; the first line it prints is its address. */
export async function startProgram(packagePath, args) {
  const folder = await mkdtemp(join(tmpdir(), 'portico-e2e-'));
  const binary = join(folder, 'program');
  await promisify(execFile)('go', ['build', '-o', binary, packagePath], { cwd: root });
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${packagePath} ended with ${code}`)));
    child.stdout.once('data', (data) => resolve(String(data).trim().split('\n')[0]));
  });
  const stop = async () => {
    child.removeAllListeners('exit');
    child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: url.replace(/\/$/, ''), stop };
}
