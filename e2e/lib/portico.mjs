// Starts Portico itself, with a database of its own that is thrown away afterwards.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** Builds the binary, once for each set of build tags. PORTICO_BIN names one that is built. */
const builds = new Map();
function binary(tags = '') {
  if (!tags && process.env.PORTICO_BIN) return process.env.PORTICO_BIN;
  if (!builds.has(tags)) builds.set(tags, build(tags));
  return builds.get(tags);
}

async function build(tags) {
  const folder = await mkdtemp(join(tmpdir(), 'portico-bin-'));
  process.once('exit', () => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'portico');
  await run('go', ['build', '-tags', tags, '-o', file, './cmd/portico'], { cwd: root });
  return file;
}

/** A port that was free a moment ago: for a server that must come back where it was. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Serves an empty database, and a Unix socket.
 * @param {{databaseURL?: string, tags?: string, args?: string[]}} [plan] PostgreSQL instead of
 *   SQLite; build tags; more flags
 */
export async function startPortico({ databaseURL, tags, args = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'portico-e2e-'));
  const key = 'sk_test_e2e_0000000001';
  const socket = join(folder, 'api.sock');
  const [port, simulatorPort, file] = [await freePort(), await freePort(), await binary(tags)];
  const flags = ['serve', '--data', join(folder, 'data'), '--secret-key', key, '--socket', socket,
    '--listen', `127.0.0.1:${port}`, '--simulator-listen', `127.0.0.1:${simulatorPort}`,
    ...(databaseURL ? ['--database-url', databaseURL] : []), ...args];
  let child, ended;

  /** Starts it, again if need be; `env` is added to the environment. */
  const start = async (env = {}) => {
    child = spawn(file, flags, { stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env } });
    ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
    await serving(child);
  };
  /** Ends it and says how: a signal's name or an exit code. */
  const end = (signal = 'SIGTERM') => { child.kill(signal); return ended; };
  await start();
  return {
    url: `http://127.0.0.1:${port}`, host: '127.0.0.1', port, socket, key, folder, start, end,
    died: () => ended,
    /** Holds our books against the bank's, and all the other promises; throws when one is broken. */
    doctor: () => run(file, ['doctor', 'verify', '--data', join(folder, 'data'),
      ...(databaseURL ? ['--database-url', databaseURL] : [])]),
    stop: async () => { await end(); await rm(folder, { recursive: true, force: true }); },
  };
}

/** Waits for what the worker does in its own time. */
export async function until(holds) {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    await sleep(25);
  }
  throw new Error('waited too long');
}

/** Reads the log until the server is up; afterwards only problems are shown. */
function serving(child) {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`portico ended with ${code}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const entry = parsed(line);
      if (entry?.msg === 'serving') resolve();
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
