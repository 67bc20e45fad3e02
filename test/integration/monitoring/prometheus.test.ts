import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { pino } from "pino";
import { freePort } from "../../../devnet/free-port.ts";
import { PootMetrics } from "../../../offchain/consensus/monitoring/poot-metrics.ts";
import { registerQueueMetrics } from "../../../offchain/consensus/monitoring/queue-metrics.ts";
import { LatencyMetrics } from "../../../offchain/monitoring/latency-metrics.ts";
import { MonitorServer } from "../../../offchain/monitoring/monitor-server.ts";
import { newRegistry } from "../../../offchain/monitoring/registry.ts";
import { PayoutMetrics } from "../../../offchain/payouts/monitoring/payout-metrics.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { skipWithout } from "../../support/skip-without.ts";

const FOLDER = resolve(import.meta.dirname, "../../../deployment");
const RULES = join(FOLDER, "prometheus");
/** A name of ours where it is used, with what Prometheus adds to histograms. */
const USED_NAME = /\blucid_[a-z_]+/g;
const HISTOGRAM_SUFFIX = /_(bucket|count|sum)$/;

const promtool = (...args: string[]) => spawnSync("promtool", args, { cwd: RULES, encoding: "utf8" });

describe("Prometheus", function () {
  this.timeout(60_000);
  let store: Store;
  let server: MonitorServer;
  let names: string[];

  before(async function () {
    if (promtool("--version").status !== 0)
      return skipWithout(this, "no Prometheus (apt-get install prometheus)", "LUCID_REQUIRE_PROMETHEUS");
    const registry = newRegistry();
    store = await openStore({ setting: "memory:", onRequest: new LatencyMetrics(registry).onStore });
    const metrics = new PootMetrics(registry);
    registerQueueMetrics({ registry, store, chainId: 1, breakers: { reports: [] } });
    new PayoutMetrics({ registry, payouts: store.payouts, now: () => store.now() });
    metrics.onEvent({ kind: "ready", firstSlot: 1, slot: 2 });
    const modules = { checks: [], registry, logger: pino({ level: "silent" }) };
    const options = { address: { host: "127.0.0.1", port: 0 }, setting: "LUCID_POOT_MONITOR" };
    server = await MonitorServer.start(options, modules);
    names = registry.getMetricsAsArray().map(({ name }) => name);
  });
  after(async () => {
    await server?.close();
    await store?.close();
  });

  const metricsText = async () =>
    await (await fetch(`http://127.0.0.1:${server.address.port}/metrics`)).text();

  it("finds nothing to correct in the metrics", async () => {
    const input = await metricsText();
    const checked = spawnSync("promtool", ["check", "metrics"], {
      input,
      encoding: "utf8",
    });
    // What Node itself is measured by is prom-client's, whose names are not ours to change.
    const ours = `${checked.stdout}${checked.stderr}`.split("\n").filter((line) => line.startsWith("lucid_"));
    assert.deepEqual(ours, []);
    assert.notEqual(checked.status, 1, checked.stderr);
  });

  it("accepts configuration and rules, and the rules pass their tests", () => {
    for (const args of [
      ["check", "config", "prometheus.yml"],
      ["check", "rules", "alerts.yml"],
      ["test", "rules", "alerts.test.yml"],
    ]) {
      const { status, stdout, stderr } = promtool(...args);
      assert.equal(status, 0, stdout + stderr);
    }
  });

  it("has a panel for every metric, and no panel or rule for one that is gone", async () => {
    const used = async (...path: string[]) =>
      new Set(
        [...(await readFile(join(FOLDER, ...path), "utf8")).matchAll(USED_NAME)].map(([name]) =>
          name.replace(HISTOGRAM_SUFFIX, ""),
        ),
      );
    const own = names.filter((name) => name.startsWith("lucid_"));
    const shown = await used("grafana", "dashboards", "lucid.json");
    assert.deepEqual(
      own.filter((name) => !shown.has(name)),
      [],
      "without a panel",
    );
    const alerted = await used("prometheus", "alerts.yml");
    assert.deepEqual(
      [...shown, ...alerted].filter((name) => !own.includes(name)),
      [],
      "gone",
    );
  });

  it("scrapes a process", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lucid-prometheus-"));
    const port = await freePort();
    const target = `127.0.0.1:${server.address.port}`;
    const config = `scrape_configs: [{ job_name: lucid-nodes, scrape_interval: 1s, static_configs: [{ targets: ["${target}"] }] }]\n`;
    await writeFile(join(folder, "prometheus.yml"), config);
    const child: ChildProcess = spawn(
      "prometheus",
      [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: "ignore" },
    );
    const ended = new Promise((done) => child.once("close", done));
    try {
      assert.equal(await queryValue(port, "lucid_current_slot"), "2");
      assert.equal(await queryValue(port, 'up{job="lucid-nodes"}'), "1");
    } finally {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    }
  });
});

/** The value of a query, once Prometheus has one. */
async function queryValue(port: number, query: string): Promise<string | undefined> {
  const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
  for (let tries = 0; tries < 300; tries += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) {
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      const value = data.result[0]?.value[1];
      if (value !== undefined) return value;
    }
    await pause(100);
  }
  return undefined;
}
