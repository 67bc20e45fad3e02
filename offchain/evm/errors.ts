import { type ErrorDetails, LucidError } from "../errors.ts";

interface RpcUnreachable extends ErrorDetails {
  readonly code: "RPC_UNREACHABLE";
  readonly endpoint: string;
  readonly reason: string;
}
interface RpcFailed extends ErrorDetails {
  readonly code: "RPC_FAILED";
  readonly action: string;
  readonly reason: string;
}
interface RpcChainsDiffer extends ErrorDetails {
  readonly code: "RPC_CHAINS_DIFFER";
  readonly chains: Readonly<Record<string, string>>;
}
interface FundsMissing extends ErrorDetails {
  readonly code: "FUNDS_MISSING";
  readonly account: string;
  readonly action: string;
}
interface TransactionFailed extends ErrorDetails {
  readonly code: "TRANSACTION_FAILED";
  readonly txid: string;
  readonly action: string;
  readonly blockNumber: number;
}
interface TransactionTimedOut extends ErrorDetails {
  readonly code: "TRANSACTION_TIMED_OUT";
  readonly txid: string;
  readonly action: string;
  readonly waitedSeconds: number;
}
interface TransactionReplaced extends ErrorDetails {
  readonly code: "TRANSACTION_REPLACED";
  readonly txid: string;
  readonly account: string;
  readonly nonce: number;
}
export type EvmErrorDetails =
  | RpcUnreachable
  | RpcFailed
  | RpcChainsDiffer
  | FundsMissing
  | TransactionFailed
  | TransactionTimedOut
  | TransactionReplaced;

/** What goes wrong between here and the chain: an endpoint, or a transaction's way into a block. */
export class EvmError extends LucidError<EvmErrorDetails> {
  constructor(details: EvmErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: EvmErrorDetails): string {
  switch (details.code) {
    case "RPC_UNREACHABLE":
      return `No answer from ${details.endpoint} (${details.reason}). Start a node (npx hardhat node) or set ON_SYSTEM_CHAIN_RPC to one that runs.`;
    case "RPC_FAILED":
      return `The On-System chain refused ${details.action}: ${details.reason}`;
    case "RPC_CHAINS_DIFFER":
      return `The endpoints of ON_SYSTEM_CHAIN_RPC serve different chains: ${JSON.stringify(details.chains)}. Keep those of one chain.`;
    case "FUNDS_MISSING":
      return `${details.account} cannot pay the gas of ${details.action}. Send it some of the chain's own currency and run this again.`;
    case "TRANSACTION_FAILED":
      return `${details.action} was mined in block ${details.blockNumber} and reverted (transaction ${details.txid}). Nothing of it took effect; run this again.`;
    case "TRANSACTION_TIMED_OUT":
      return `${details.action} is not final after ${details.waitedSeconds} s (transaction ${details.txid}). It may still be mined; run this again to go on waiting for it, it is not sent a second time.`;
    case "TRANSACTION_REPLACED":
      return `Nonce ${details.nonce} of ${details.account} was used by another transaction than ${details.txid}. Something else sends with this key; run this again, and give every process its own key.`;
  }
}
