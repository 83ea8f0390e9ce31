// Starts Portico itself, with a database of its own that is thrown away afterwards.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Serves an empty SQLite database on ports that the system chooses, and on a Unix socket.
 * PORTICO_BIN names a binary; without it one is built.
 * @returns {Promise<{url: string, host: string, port: number, socket: string, key: string,
 *   folder: string, stop: () => Promise<void>}>}
 */
export async function startPortico() {
  const folder = await mkdtemp(join(tmpdir(), 'portico-e2e-'));
  const binary = process.env.PORTICO_BIN ?? join(folder, 'portico');
  if (!process.env.PORTICO_BIN) {
    await promisify(execFile)('go', ['build', '-o', binary, './cmd/portico'], { cwd: root });
  }
  const key = 'sk_test_e2e_0000000001';
  const socket = join(folder, 'api.sock');
  const child = spawn(binary, ['serve', '--data', join(folder, 'data'), '--secret-key', key,
    '--listen', '127.0.0.1:0', '--simulator-listen', '127.0.0.1:0', '--socket', socket],
  { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  const url = new URL(await serving(child));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { url: url.origin, host: url.hostname, port: Number(url.port), socket, key, folder, stop };
}

/** Reads the log until it says where the server is; afterwards only problems are shown. */
function serving(child) {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`portico ended with ${code}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const entry = parsed(line);
      if (entry?.msg === 'serving') resolve(entry.public_url);
      if (!entry || entry.level === 'ERROR') console.error(line);
    });
  });
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
