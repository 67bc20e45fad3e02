import { spawnSync } from "node:child_process";
import { skipWithout } from "./skip-without.ts";

/** The browser of the setting, else Debian's or Google's. */
const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of a Chromium that starts; undefined where there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: named } = process.env;
  const candidates = named === undefined || named === "" ? CANDIDATES : [named];
  return candidates.find((path) => spawnSync(path, ["--version"]).status === 0);
}

/** Skips what needs a browser where there is none; a machine that must have one fails instead. */
export function needChromium(context: Mocha.Context): string {
  const found = findChromium();
  if (found !== undefined) return found;
  return skipWithout(context, "no Chromium (CHROMIUM_PATH, or Debian's chromium)", "LUCID_REQUIRE_CHROMIUM");
}
