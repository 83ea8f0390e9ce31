// Fetches the fonts that invoices are set in, and compresses them for the binary.
//
//   node internal/pdf/fonts/fetch.mjs
//
// Needs npm and the zstd command. Versions are pinned below; after changing one, run this, look at
// the rendered pages again (go test ./internal/pdf) and bring README.md up to date.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const families = [
  { name: "noto-sans", version: "0.4.2", file: "NotoSans", weights: ["400Regular", "600SemiBold"] },
  { name: "noto-sans-thai", version: "0.4.2", file: "NotoSansThai", weights: ["400Regular", "600SemiBold"] },
  { name: "noto-sans-arabic", version: "0.4.3", file: "NotoSansArabic", weights: ["400Regular", "600SemiBold"] },
  { name: "noto-sans-hebrew", version: "0.4.1", file: "NotoSansHebrew", weights: ["400Regular", "600SemiBold"] },
  { name: "noto-sans-devanagari", version: "0.4.1", file: "NotoSansDevanagari", weights: ["400Regular", "600SemiBold"] },
  { name: "noto-sans-jp", version: "0.4.3", file: "NotoSansJP", weights: ["400Regular"] },
  { name: "noto-sans-sc", version: "0.4.3", file: "NotoSansSC", weights: ["400Regular"] },
  { name: "noto-sans-tc", version: "0.4.3", file: "NotoSansTC", weights: ["400Regular"] },
  { name: "noto-sans-kr", version: "0.4.3", file: "NotoSansKR", weights: ["400Regular"] },
];

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(tmpdir(), "fonts-"));
try {
  writeFileSync(join(work, "package.json"), JSON.stringify({ private: true }));
  const packages = families.map((f) => `@expo-google-fonts/${f.name}@${f.version}`);
  execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], {
    cwd: work,
    stdio: "inherit",
  });
  for (const family of families) {
    const from = join(work, "node_modules/@expo-google-fonts", family.name);
    copyFileSync(join(from, "LICENSE_FONT"), join(here, `${family.file}-OFL.txt`));
    for (const weight of family.weights) {
      const source = join(from, weight, `${family.file}_${weight}.ttf`);
      const target = join(here, `${family.file}-${weight.slice(3)}.ttf.zst`);
      execFileSync("zstd", ["-19", "--quiet", "--force", "-o", target, source]);
      const size = (path) => `${(statSync(path).size / 1024).toFixed(0)} KiB`;
      console.log(`${family.file}-${weight.slice(3)}  ${size(source)} -> ${size(target)}`);
    }
  }
  console.log(readFileSync(join(here, "NotoSans-OFL.txt"), "utf8").split("\n")[0]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
