// Databases of the private PostgreSQL that `make test` starts and PORTICO_TEST_PG names.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A fresh database, and how to remove it. Without a server this fails: nothing is skipped. */
export async function freshDatabase() {
  const server = process.env.PORTICO_TEST_PG;
  if (!server) throw new Error('PORTICO_TEST_PG names no PostgreSQL server: run make test');
  const name = `e2e_${process.pid}_${Date.now()}`;
  const psql = (sql) => run('psql', ['--no-psqlrc', '-q', '-d', server, '-c', sql]);
  await psql(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => psql(`drop database ${name} with (force)`) };
}
