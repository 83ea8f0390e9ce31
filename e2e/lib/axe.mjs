// What axe finds wrong with the page as it stands, in one line each.
import { createRequire } from 'node:module';

const { source } = createRequire(import.meta.url)('axe-core');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function violations(page) {
  await page.evaluate(`${source};0`);
  const result = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), rules);
  return result.violations.flatMap((violation) => violation.nodes.map((node) =>
    `${violation.id}: ${node.target.join(' ')} (${node.any[0]?.message ?? violation.help})`));
}

/** How far the page reaches beyond its window to the side: 0 is right. */
export function overflow(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement;
    return Math.max(0, root.scrollWidth - root.clientWidth);
  });
}
