// Writes the names of countries, one file a language, in that language's order: the data of the
// browser's own Intl (CLDR). Node 20 or newer with full ICU: node countries/generate.mjs
import { writeFileSync } from 'node:fs';

const locales = ['bg', 'cs', 'da', 'de', 'el', 'en', 'es', 'et', 'fi', 'fil', 'fr', 'hr', 'hu',
  'id', 'it', 'ja', 'ko', 'lt', 'lv', 'ms', 'mt', 'nb', 'nl', 'pl', 'pt', 'ro', 'ru', 'sk', 'sl',
  'sv', 'th', 'tr', 'vi', 'zh', 'zh-HK', 'zh-TW'];

// Not countries: outlying parts, unions and codes that are kept free.
const not = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB',
  'ZZ', 'AN', 'BU', 'CS', 'DD', 'FX', 'NT', 'SU', 'TP', 'YD', 'YU', 'ZR', 'UK', 'HV', 'DY', 'NH',
  'RH', 'VD', 'CT', 'FQ', 'JT', 'MI', 'NQ', 'PC', 'PU', 'PZ', 'WK']);

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const codes = letters.flatMap((a) => letters.map((b) => a + b))
  .filter((code) => !not.has(code) && english.of(code));

for (const locale of locales) {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const order = new Intl.Collator(locale);
  const lines = codes.map((code) => [code, names.of(code)])
    .sort((a, b) => order.compare(a[1], b[1])).map((pair) => pair.join('\t'));
  writeFileSync(new URL(`${locale}.txt`, import.meta.url), `${lines.join('\n')}\n`);
}
