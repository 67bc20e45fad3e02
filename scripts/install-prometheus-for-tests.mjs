/** Installs Prometheus, with promtool, for the tests of alerts and metrics. */
import { installDebianPackage, starts } from "./install-debian-package.mjs";

installDebianPackage({
  name: "prometheus",
  requirement: "LUCID_REQUIRE_PROMETHEUS",
  isInstalled: () => ["prometheus", "promtool"].every(starts),
  otherwise: "https://prometheus.io/download",
});
