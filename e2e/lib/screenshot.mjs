// Pictures for people, in a folder that git ignores.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const folder = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** Takes a picture of the whole page when SCREENSHOTS is set, and says where it is. */
export async function screenshot(page, name) {
  if (!process.env.SCREENSHOTS) return null;
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
