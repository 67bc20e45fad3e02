/** Installs Chromium for the tests that drive pages in a browser. */
import { installDebianPackage, starts } from "./install-debian-package.mjs";

const { CHROMIUM_PATH } = process.env;
/** As test/support/chromium.ts looks for it. */
const CANDIDATES = CHROMIUM_PATH
  ? [CHROMIUM_PATH]
  : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

installDebianPackage({
  name: "chromium",
  requirement: "LUCID_REQUIRE_CHROMIUM",
  isInstalled: () => CANDIDATES.some(starts),
  obstacle: CHROMIUM_PATH && `CHROMIUM_PATH is ${CHROMIUM_PATH}, which does not start`,
  otherwise: "set CHROMIUM_PATH to a Chromium",
});
