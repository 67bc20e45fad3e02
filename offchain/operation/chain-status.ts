import { AccessControlClient } from "../contracts/access-control.ts";
import { callCodec } from "../contracts/call-codec.ts";
import type { EvmLayer } from "../contracts/connect-evm.ts";
import { type ContractLocation, type DeploymentSettings, findContract } from "../contracts/deployment.ts";
import { type AdministeredName, CONTRACTS, type ContractName, contractsWith } from "../contracts/registry.ts";
import type { BreakerReport } from "../evm/breakers/circuit-breaker.ts";
import { typedFailure } from "../evm/node-errors.ts";
import type { EvmClient } from "../evm/transactions/evm-client.ts";
import type { Store } from "../store/store.ts";
import { readSection, type Section } from "./section.ts";

/** The On-System chain and what Lucid has on it. */
export interface ChainStatus {
  readonly chainId: bigint;
  readonly head: number;
  /** Unix milliseconds of the head. */
  readonly headTime: number;
  readonly contracts: readonly ContractStatus[];
  readonly breakers: readonly BreakerReport[];
  /** Of every account that ever sent from this store. */
  readonly accounts: readonly AccountStatus[];
}

export interface ContractStatus {
  readonly name: ContractName;
  readonly state: Section<{ readonly address: string; readonly isPaused?: boolean }>;
}

export interface AccountStatus {
  readonly address: string;
  /** wei */
  readonly balance: bigint;
}

export interface ChainStatusModules {
  readonly layer: EvmLayer;
  readonly store: Pick<Store, "anchorTransactions">;
  readonly settings: DeploymentSettings;
}

/** @throws {EvmError} where the chain cannot be reached */
export async function chainStatus({ layer, store, settings }: ChainStatusModules): Promise<ChainStatus> {
  const { provider, evm, breakers } = layer;
  const ask = async <Answer>(action: string, question: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await question();
    } catch (error) {
      throw typedFailure(error, { action }, callCodec);
    }
  };
  const { chainId } = await ask("eth_chainId", () => provider.getNetwork());
  const block = await ask("eth_getBlockByNumber", () => provider.getBlock("latest"));
  const contracts = await Promise.all(
    CONTRACTS.map(async ({ name }) => ({
      name,
      state: await readSection(async () => {
        const at = await findContract(name, provider, settings);
        return {
          address: at.address,
          ...(isAdministered(name) && { isPaused: await isPaused(name, at, evm) }),
        };
      }),
    })),
  );
  const accounts: AccountStatus[] = [];
  for await (const address of store.anchorTransactions.accounts(Number(chainId))) {
    accounts.push({ address, balance: await ask("eth_getBalance", () => provider.getBalance(address)) });
  }
  return {
    chainId,
    head: block?.number ?? 0,
    headTime: (block?.timestamp ?? 0) * 1_000,
    contracts,
    breakers: breakers.reports,
    accounts,
  };
}

/** One without an admin cannot be paused. */
const isAdministered = (name: ContractName): name is AdministeredName =>
  contractsWith("ADMIN").some((one) => one === name);

const isPaused = (name: AdministeredName, at: ContractLocation, evm: EvmClient) =>
  new AccessControlClient(name, at, { evm }).isPaused();
