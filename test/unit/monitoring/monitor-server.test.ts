import { assert } from "chai";
import { pino } from "pino";
import { Counter } from "prom-client";
import { SettingsError } from "../../../offchain/config/errors.ts";
import { readSettings } from "../../../offchain/config/settings.ts";
import { MonitoringError } from "../../../offchain/monitoring/errors.ts";
import { MonitorServer } from "../../../offchain/monitoring/monitor-server.ts";
import type { ReadinessCheck } from "../../../offchain/monitoring/readiness.ts";
import { newRegistry } from "../../../offchain/monitoring/registry.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import { rejection } from "../../support/rejection.ts";

const ANYWHERE = { address: { host: "127.0.0.1", port: 0 }, setting: "LUCID_POOT_MONITOR" };
const logger = pino({ level: "silent" });

const fine: ReadinessCheck = { name: "store", reason: async () => undefined };
const unwell: ReadinessCheck = { name: "clocks", reason: async () => "they are 40 s apart" };

function start(checks: readonly ReadinessCheck[], options: { checkTimeoutMs?: number } = {}) {
  return MonitorServer.start({ ...ANYWHERE, ...options }, { checks, registry: newRegistry(), logger });
}

async function get({ address: { host, port } }: MonitorServer, path: string, method = "GET") {
  const response = await fetch(`http://${host}:${port}${path}`, { method });
  return { status: response.status, body: await response.text(), type: response.headers.get("content-type") };
}

describe("the server for health and metrics", () => {
  it("is alive, and ready while every check passes", async () => {
    await using server = await start([fine]);
    assert.deepInclude(await get(server, "/livez"), { status: 200, body: "ok\n" });
    assert.deepInclude(await get(server, "/readyz"), { status: 200, body: "ok\n" });
    assert.deepInclude(await get(server, "/readyz?verbose"), { status: 200, body: "[+]store ok\nok\n" });
  });

  it("is alive but not ready where a check fails, and says why", async () => {
    await using server = await start([fine, unwell]);
    const why = "[-]clocks failed: they are 40 s apart\n";
    assert.deepInclude(await get(server, "/livez"), { status: 200 });
    assert.deepInclude(await get(server, "/readyz"), { status: 503, body: `${why}not ready\n` });
    assert.deepInclude(await get(server, "/readyz?verbose"), { body: `[+]store ok\n${why}not ready\n` });
  });

  it("counts what a check throws and what takes too long as a reason", async () => {
    const down = new StoreError({ code: "STORE_UNREACHABLE", location: "mongodb://here", reason: "refused" });
    const failing: ReadinessCheck = { name: "store", reason: () => Promise.reject(down) };
    const slow: ReadinessCheck = { name: "chain", reason: () => new Promise(() => undefined) };
    await using server = await start([failing, slow], { checkTimeoutMs: 50 });
    const { status, body } = await get(server, "/readyz");
    assert.equal(status, 503);
    assert.include(body, `[-]store failed: ${down.message}`);
    assert.include(body, "[-]chain failed: no answer within 50 ms");
  });

  it("answers a fault of the program with 500 and without its text", async () => {
    const bug: ReadinessCheck = { name: "bug", reason: () => Promise.reject(new TypeError("secret")) };
    await using server = await start([bug]);
    assert.deepInclude(await get(server, "/readyz"), { status: 500, body: "failed: see the log\n" });
  });

  it("serves metrics in Prometheus's format", async () => {
    const registry = newRegistry();
    new Counter({ name: "lucid_test_total", help: "A test.", registers: [registry] }).inc(3);
    await using server = await MonitorServer.start(ANYWHERE, { checks: [], registry, logger });
    const { status, body, type } = await get(server, "/metrics");
    assert.equal(status, 200);
    assert.match(type ?? "", /^text\/plain; version=0\.0\.4/);
    assert.include(
      body,
      "# HELP lucid_test_total A test.\n# TYPE lucid_test_total counter\nlucid_test_total 3\n",
    );
    assert.include(body, "process_resident_memory_bytes");
  });

  it("knows no other path, and no other method", async () => {
    await using server = await start([]);
    assert.equal((await get(server, "/")).status, 404);
    assert.equal((await get(server, "/metrics", "POST")).status, 405);
    assert.deepInclude(await get(server, "/livez", "HEAD"), { status: 200, body: "" });
  });

  it("refuses an address that is in use", async () => {
    await using server = await start([]);
    const again = MonitorServer.start(
      { address: server.address, setting: "LUCID_POOT_MONITOR" },
      { checks: [], registry: newRegistry(), logger },
    );
    const { code, message } = await rejection(again, MonitoringError);
    assert.equal(code, "MONITOR_ADDRESS_UNUSABLE");
    assert.include(message, `127.0.0.1:${server.address.port}`);
  });

  it("closes while a request waits", async () => {
    const slow: ReadinessCheck = { name: "chain", reason: () => new Promise(() => undefined) };
    const server = await start([slow]);
    const waiting = rejection(get(server, "/readyz"), TypeError);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    await waiting;
  });
});

describe("the setting of where it listens", () => {
  const read = (value: string) => readSettings({ LUCID_POOT_MONITOR: value }).pootMonitor;

  it("is an address and a port, or off", () => {
    assert.deepEqual(read(""), { host: "127.0.0.1", port: 9464 });
    assert.deepEqual(read("0.0.0.0:80"), { host: "0.0.0.0", port: 80 });
    assert.deepEqual(read("[::1]:0"), { host: "::1", port: 0 });
    assert.isUndefined(read("off"));
    for (const bad of ["9464", "localhost", ":80", "127.0.0.1:70000", "127.0.0.1:x"]) {
      assert.throws(() => read(bad), SettingsError, "LUCID_POOT_MONITOR");
    }
  });
});
