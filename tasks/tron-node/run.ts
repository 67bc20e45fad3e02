import { once } from "node:events";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { startTronNode, type TronNodeOptions } from "../../devnet/tron/start-tron-node.ts";
import type { TronNode } from "../../devnet/tron/tron-node.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { parseFaults } from "./parse-faults.ts";

interface Arguments {
  readonly host: string;
  readonly port: string;
  readonly solidityPort: string;
  readonly blockInterval: string;
  readonly witnesses: string;
  readonly energyPrice: string;
  readonly seed: string;
  readonly faults: string;
  readonly json: boolean;
}

export default async function run(args: Arguments, _hre: HardhatRuntimeEnvironment) {
  return await runTask(args, async (terminal, signal) => {
    await using node = await start(args);
    terminal.line(`/wallet          ${node.fullHost}`);
    terminal.line(`/walletsolidity  ${node.solidityHost}`);
    terminal.line(`chain id         ${node.chainId}`);
    terminal.line();
    terminal.line(
      "Accounts with 1,000,000 TRX each. Their keys are public: anything sent to them on a real chain is lost.",
    );
    terminal.table(node.accounts.map(({ address, privateKey }) => ({ address, privateKey })));
    terminal.progress("running until it is interrupted (Ctrl-C)…");
    if (!signal.aborted) await once(signal, "abort");
    const { fullHost, solidityHost, chainId, head } = node;
    return { value: { fullHost, solidityHost, chainId: chainId.toString(), blocks: head } };
  });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
async function start(args: Arguments): Promise<TronNode> {
  const port = parsePort("--port", args.port);
  const solidityPort = parsePort("--solidity-port", args.solidityPort);
  const options: TronNodeOptions = {
    host: args.host,
    port,
    solidityPort,
    ports: port !== 0 && port === solidityPort ? "one" : "two",
    blockIntervalMs: parseWhole("--block-interval", args.blockInterval),
    witnesses: parseWitnesses(args.witnesses),
    energyPrice: BigInt(parseWhole("--energy-price", args.energyPrice)),
    seed: args.seed,
    faults: parseFaults(args.faults),
  };
  try {
    return await startTronNode(options);
  } catch (error) {
    throw isTaken(error) ? taken(error) : error;
  }
}

const MAX_PORT = 65_535;

function parsePort(option: string, value: string): number {
  const port = parseWhole(option, value);
  if (port > MAX_PORT) throw invalid(option, value, `a port, at most ${MAX_PORT}`);
  return port;
}

function parseWitnesses(value: string): 1 | 27 {
  if (value === "1" || value === "27") return value === "1" ? 1 : 27;
  throw invalid("--witnesses", value, "1 or 27");
}

const invalid = (argument: string, value: string, expected: string) =>
  new SettingsError({ code: "ARGUMENT_INVALID", argument, value, expected });

interface TakenPort extends Error {
  readonly code: "EADDRINUSE";
  readonly port: number;
}

const isTaken = (error: unknown): error is TakenPort =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

const taken = (error: TakenPort) =>
  new SettingsError(
    {
      code: "ARGUMENT_INVALID",
      argument: "--port and --solidity-port",
      value: String(error.port),
      expected: "ports that nothing listens on",
    },
    { cause: error },
  );
