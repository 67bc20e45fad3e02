import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assert } from "chai";
import { load } from "js-yaml";
import { KEY_NAMES } from "../../../tasks/key-names.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const FOLDER = join(ROOT, "deployment");

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const namesOf = (value: readonly string[] | Readonly<Record<string, unknown>> = []) =>
  Array.isArray(value) ? (value as string[]) : Object.keys(value);

describe("the compose file", () => {
  const text = read("compose.yaml");
  const { services, networks, volumes } = load(text) as Compose;
  const all = Object.entries(services);

  it("gives no service root, a root that can be written, or rights of the kernel", () => {
    for (const [name, service] of all) {
      assert.isTrue(service.read_only, `${name}: read_only`);
      assert.deepEqual(service.cap_drop, ["ALL"], `${name}: cap_drop`);
      assert.deepEqual(service.security_opt, ["no-new-privileges:true"], `${name}: security_opt`);
      assert.match(service.user ?? "", /^[1-9]\d*:[1-9]\d*$/, `${name}: user`);
      assert.isUndefined(service.privileged, name);
    }
  });

  it("pins every image, and opens ports on loopback only", () => {
    for (const [name, { image, ports = [] }] of all) {
      if (image !== "lucid") assert.match(image, /:v?\d+\.\d+/, `${name}: image`);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, `${name}: port`);
    }
  });

  it("names networks, volumes and services that exist", () => {
    for (const [name, service] of all) {
      for (const network of namesOf(service.networks)) assert.property(networks, network, name);
      for (const other of namesOf(service.depends_on)) assert.property(services, other, name);
      for (const volume of service.volumes ?? []) {
        const [source = ""] = volume.split(":");
        if (!source.startsWith(".")) assert.property(volumes, source, name);
      }
      const [, joined] = /^service:(.+)$/.exec(service.network_mode ?? "") ?? [];
      if (joined !== undefined) assert.property(services, joined, name);
    }
  });

  it("keeps the payout service away from the chain, the nodes and their keys", () => {
    const { networks: own, environment = {} } = services.payouts as Service;
    for (const [name, service] of all.filter(([name]) => /^(besu|node)\d$/.test(name))) {
      const shared = namesOf(service.networks).filter((network) => namesOf(own).includes(network));
      assert.deepEqual(shared, [], name);
      assert.notProperty(service.environment ?? {}, "TRON_DISBURSER_KEY", name);
    }
    for (const setting of Object.keys(environment)) {
      assert.notMatch(setting, /^(LUCID_.*_KEY|ON_SYSTEM_CHAIN_RPC)$/);
    }
    assert.include(environment.LUCID_STORE, "//payouts:", "its own user of the database");
  });

  it("takes every secret from the environment, and names each in .env.example", () => {
    const asked = [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name as string);
    const offered = [...read(".env.example").matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name as string);
    assert.sameMembers([...new Set(asked)], offered);
    assert.notMatch(text, /(KEY|PASSWORD): +["']?[^\s"'$]/);
  });

  it("sets only what Lucid reads", () => {
    const known = readFileSync(join(ROOT, ".env.example"), "utf8");
    for (const [name, { image, environment = {} }] of all) {
      if (image !== "lucid") continue;
      for (const setting of Object.keys(environment)) {
        const isKnown = known.includes(setting) || (KEY_NAMES as readonly string[]).includes(setting);
        assert.isTrue(isKnown, `${name}: ${setting}`);
      }
    }
  });

  it("runs scripts that a shell can read", () => {
    for (const file of readdirSync(join(FOLDER, "mongodb"))) {
      const { status, stderr } = spawnSync("sh", ["-n", join(FOLDER, "mongodb", file)], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
  });
});

describe("the Dockerfile", () => {
  const text = read("Dockerfile");

  it("ends as a user without rights, on pinned images", () => {
    const users = [...text.matchAll(/^USER (.+)$/gm)].map(([, user]) => user);
    assert.deepEqual(users, ["10001:10001"]);
    for (const [, image] of text.matchAll(/^FROM (\S+)/gm)) assert.match(image ?? "", /^node:24\.\d+-/);
  });

  it("has the Node of package.json", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const [major, minor] = devDependencies.node.split(".");
    assert.include(text, `node:${major}.${minor}-`);
  });

  it("leaves keys and stores out of the image", () => {
    const ignored = readFileSync(join(ROOT, ".dockerignore"), "utf8").split("\n");
    for (const name of [".env", ".env.*", ".lucid", ".git", "deployment/.env", "identity*.txt"])
      assert.include(ignored, name);
  });
});
