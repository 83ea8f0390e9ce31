// Writes what Node's Intl says, for oracle_test.go: {locale: {case: text}}. Input: {locales, moments}.
import { readFileSync } from "node:fs";

const { locales, amounts, moments } = JSON.parse(readFileSync(0, "utf8"));

// Intl takes "pt" for Brazil and Thai dates for the Buddhist calendar; the portal does not.
const tags = { pt: "pt-PT", th: "th-u-ca-gregory", zh: "zh-Hans", "zh-HK": "zh-Hant-HK", "zh-TW": "zh-Hant-TW" };

const out = {};
for (const locale of locales) {
  const tag = tags[locale] ?? locale;
  const cases = (out[locale] = {});
  for (const { name, decimal, currency } of amounts) {
    cases[name] = new Intl.NumberFormat(tag, { style: "currency", currency }).format(decimal);
  }
  const dates = (options) => new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...options });
  const formats = {
    date: dates({ dateStyle: "long" }),
    short: dates({ dateStyle: "medium" }),
    month: dates({ year: "numeric", month: "long" }),
    time: dates({ dateStyle: "long", timeStyle: "short" }),
  };
  for (const moment of moments) {
    for (const [style, format] of Object.entries(formats)) {
      cases[`${style} ${moment}`] = format.format(new Date(moment));
    }
  }
  for (const n of [0, 7, 999, 1000, 9999, 12345, 1234567, -4321]) {
    cases[`number ${n}`] = new Intl.NumberFormat(tag).format(n);
  }
  const percent = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 4 });
  for (const p of ["0", "7", "12.5", "8.875", "100", "-20"]) cases[`percent ${p}`] = percent.format(p + "e-2");
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  for (const l of ["a", "a,b", "a,b,c", "a,b,c,d", "a,Italia", "a,hielo", "a,b,hilo"]) {
    cases[`list ${l}`] = list.format(l.split(","));
  }
  const plural = new Intl.PluralRules(tag);
  for (let n = 0; n <= 225; n++) cases[`plural ${n}`] = plural.select(n);
  for (const n of [1000, 1001, 1e6, 2e6, 1000001]) cases[`plural ${n}`] = plural.select(n);
}
process.stdout.write(JSON.stringify(out));
