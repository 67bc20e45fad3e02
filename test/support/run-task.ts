import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { identityToRecipient } from "age-encryption";
import { localKey } from "../../devnet/anvil.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const HARDHAT = join(ROOT, "node_modules/hardhat/dist/src/cli.js");

export interface TaskRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type TaskEnvironment = Readonly<Record<string, string>>;

/**
 * Settings with which every task runs against a local chain.
 *
 * @param chain whose first three accounts are admin, registrar and owner
 * @param identity that opens what is sealed
 */
export async function taskSettings(chain: { readonly url: string }, dataDir: string, identity: string) {
  return {
    ON_SYSTEM_CHAIN_RPC: chain.url,
    LUCID_DATA_DIR: dataDir,
    LUCID_ADMIN_KEY: localKey(0),
    LUCID_REGISTRAR_KEY: localKey(1),
    LUCID_OWNER_KEY: localKey(2),
    LUCID_AGE_RECIPIENTS: await identityToRecipient(identity),
    LUCID_AGE_IDENTITY: identity,
  };
}

/** Starts `npx hardhat ARGS` as a process of its own, with these settings and no others of ours. */
export function spawnTask(args: readonly string[], settings: TaskEnvironment): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(LUCID_|ON_SYSTEM_)/.test(name));
  const env = { ...Object.fromEntries(inherited), CI: "true", NO_COLOR: "1", ...settings };
  return spawn(process.execPath, [HARDHAT, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a task to its end. */
export async function runTask(args: readonly string[], settings: TaskEnvironment): Promise<TaskRun> {
  const child = spawnTask(args, settings);
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (data) => {
    stdout += data;
  });
  child.stderr?.on("data", (data) => {
    stderr += data;
  });
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, stdout, stderr };
}

/** Runs a task with --json and gives its document; fails where its exit code is not the one expected. */
export async function runJson<Answer>(
  args: readonly string[],
  settings: TaskEnvironment,
  expectedCode = 0,
): Promise<Answer> {
  const { code, stdout, stderr } = await runTask([...args, "--json"], settings);
  if (code !== expectedCode) {
    throw new Error(
      `hardhat ${args.join(" ")} ended with ${code}, not ${expectedCode}:\n${stdout}\n${stderr}`,
    );
  }
  return JSON.parse(stdout) as Answer;
}
