/** The code for a method that a node does not offer (JSON-RPC 2.0). */
export const METHOD_NOT_FOUND = -32_601;

/** What a node means by an error, regardless of its client's wording. */
export type NodeMeaning =
  /** The pool has these very bytes. */
  | "already-known"
  /** A block has used the nonce. */
  | "nonce-used"
  /** The pool holds another transaction with the nonce, and this one does not offer enough to replace it. */
  | "nonce-held"
  /** Transactions before it are missing. */
  | "nonce-gap"
  /** The pool accepts no transaction at this price. */
  | "underpriced"
  | "below-base-fee"
  | "pool-full"
  | "funds-missing"
  /** Less gas than the transaction costs before it runs. */
  | "gas-too-low"
  /** More gas than a block or a transaction may have. */
  | "gas-too-high"
  /** Gas times price is above the limit that this node's operator set. */
  | "fee-cap-exceeded"
  /** Signature, chain, type or size: no node of this chain will accept these bytes. */
  | "invalid"
  /** An estimate or a call needs more gas than the node simulates or the account can pay. */
  | "gas-allowance-exceeded"
  /** The node does not have the block or its state, or no longer has it. */
  | "state-unavailable"
  | "logs-too-many";

/** Clients that use the wording; `providers` are hosted endpoints in front of nodes. */
export type NodeClient =
  | "go-ethereum"
  | "Nethermind"
  | "Besu"
  | "Erigon"
  | "reth"
  | "anvil"
  | "Hardhat"
  | "providers";

export interface NodeMessage {
  readonly meaning: NodeMeaning;
  /** `least` captures the price that the node asks for, in wei per unit of gas, where it names one. */
  readonly pattern: RegExp;
  readonly clients: readonly NodeClient[];
}

/**
 * How clients word their errors, from their sources: go-ethereum `core/error.go`, `core/txpool/`, `internal/ethapi/`,
 * `eth/filters/`; Nethermind `AcceptTxResult.cs` (names until 2025, sentences since), `TxErrorMessages.cs`; Besu
 * `RpcErrorType.java`; Erigon `txpoolcfg.go`, `send_transaction.go`; reth `rpc-eth-types/src/error/`; anvil
 * `eth/error.rs`; Hardhat's EDR. The first line that matches counts.
 */
export const NODE_MESSAGES: readonly NodeMessage[] = [
  {
    meaning: "already-known",
    pattern: /already ?known/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth"],
  },
  { meaning: "already-known", pattern: /^known transaction/i, clients: ["Besu", "Hardhat"] },
  { meaning: "already-known", pattern: /already imported/i, clients: ["anvil", "reth"] },
  { meaning: "already-known", pattern: /existing txn with same hash/i, clients: ["Erigon"] },

  {
    meaning: "nonce-held",
    pattern: /replacement transaction underpriced(?:\. A \S+ of at least (?<least>\d+))?/i,
    clients: ["go-ethereum", "Nethermind", "Besu", "Erigon", "reth", "anvil", "Hardhat"],
  },
  { meaning: "nonce-held", pattern: /ReplacementNotAllowed/, clients: ["Nethermind"] },
  { meaning: "nonce-held", pattern: /could not replace existing tx/i, clients: ["Erigon"] },
  { meaning: "nonce-held", pattern: /insufficient gas price to replace/i, clients: ["anvil", "reth"] },

  {
    meaning: "nonce-used",
    pattern: /nonce (is )?too low/i,
    clients: ["go-ethereum", "Nethermind", "Besu", "Erigon", "reth", "anvil", "Hardhat"],
  },
  { meaning: "nonce-used", pattern: /\bOldNonce\b/, clients: ["Nethermind"] },
  {
    meaning: "nonce-gap",
    pattern: /nonce too (high|far in future)/i,
    clients: ["go-ethereum", "Nethermind", "Besu", "reth", "anvil", "Hardhat"],
  },
  { meaning: "nonce-gap", pattern: /\b(NonceGap|NonceTooFarInFuture)\b/, clients: ["Nethermind"] },
  { meaning: "nonce-gap", pattern: /nonce is too distant from/i, clients: ["Besu"] },
  { meaning: "nonce-gap", pattern: /invalid transaction with a lower nonce exists/i, clients: ["Besu"] },

  {
    meaning: "pool-full",
    pattern: /txpool is full|sub-pool is full|out of capacity/i,
    clients: ["go-ethereum", "Erigon", "reth"],
  },
  { meaning: "pool-full", pattern: /discarded outright due to pool size/i, clients: ["reth"] },
  { meaning: "pool-full", pattern: /future transaction tries to replace pending/i, clients: ["go-ethereum"] },
  {
    meaning: "pool-full",
    pattern: /account limit exceeded|in-flight transaction limit/i,
    clients: ["go-ethereum"],
  },
  { meaning: "pool-full", pattern: /\bspammer\b/i, clients: ["Erigon", "reth"] },

  {
    meaning: "underpriced",
    pattern: /gas price below minimum(?:: gas tip cap \d+, minimum needed (?<least>\d+))?/i,
    clients: ["go-ethereum"],
  },
  {
    meaning: "underpriced",
    pattern: /below minimum required priority fee (?<least>\d+)/i,
    clients: ["reth"],
  },
  { meaning: "underpriced", pattern: /gas price below configured minimum/i, clients: ["Besu"] },
  {
    meaning: "underpriced",
    pattern: /underpriced/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth"],
  },
  { meaning: "underpriced", pattern: /fee ?too ?low/i, clients: ["Nethermind", "Erigon"] },
  { meaning: "underpriced", pattern: /feeCap \d+ below chain minimum/i, clients: ["reth"] },

  {
    meaning: "below-base-fee",
    pattern: /(fee per gas|fee cap) less than (block )?base fee/i,
    clients: ["go-ethereum", "reth", "anvil"],
  },
  { meaning: "below-base-fee", pattern: /gas price below current base fee/i, clients: ["Besu"] },
  {
    meaning: "below-base-fee",
    pattern: /too low for the next block, which has a baseFeePerGas of (?<least>\d+)/i,
    clients: ["Hardhat"],
  },

  {
    meaning: "funds-missing",
    pattern: /insufficient ?funds/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth", "anvil"],
  },
  { meaning: "funds-missing", pattern: /doesn't have enough funds/i, clients: ["Hardhat"] },
  { meaning: "funds-missing", pattern: /upfront cost exceeds account balance/i, clients: ["Besu"] },
  { meaning: "funds-missing", pattern: /transaction overdraws from account/i, clients: ["reth"] },

  {
    meaning: "gas-too-low",
    pattern: /intrinsic ?gas( too low| exceeds gas limit|$)/i,
    clients: ["go-ethereum", "Nethermind", "Besu", "Erigon", "reth", "anvil"],
  },
  { meaning: "gas-too-low", pattern: /insufficient gas for floor data/i, clients: ["go-ethereum"] },
  { meaning: "gas-too-low", pattern: /transaction requires at least \d+ gas/i, clients: ["Hardhat"] },

  {
    meaning: "gas-too-high",
    pattern: /exceeds (the )?(block|transaction|max transaction) gas (limit|cap)/i,
    clients: ["go-ethereum", "Besu", "reth", "Hardhat"],
  },
  {
    meaning: "gas-too-high",
    pattern: /gas limit (is )?too high/i,
    clients: ["go-ethereum", "Erigon", "reth"],
  },
  {
    meaning: "gas-too-high",
    pattern: /\bGasLimitExceeded\b|TxGasLimitCapExceeded|^gas limit reached/,
    clients: ["Nethermind"],
  },
  { meaning: "gas-too-high", pattern: /intrinsic gas too high/i, clients: ["reth", "anvil"] },
  { meaning: "gas-too-high", pattern: /gas limit is greater than the block gas limit/i, clients: ["anvil"] },

  {
    meaning: "fee-cap-exceeded",
    pattern: /tx fee .* exceeds the configured cap/i,
    clients: ["go-ethereum", "Erigon", "reth"],
  },
  { meaning: "fee-cap-exceeded", pattern: /transaction fee cap exceeded/i, clients: ["Besu"] },

  {
    meaning: "invalid",
    pattern: /invalid (sender|(transaction )?signature|chain ?id|transaction v|transaction type)/i,
    clients: ["go-ethereum", "Besu", "Erigon", "reth", "anvil"],
  },
  { meaning: "invalid", pattern: /InvalidTx(Signature|ChainId|Type)/, clients: ["Nethermind"] },
  { meaning: "invalid", pattern: /FailedToResolveSender|failed to recover sender/, clients: ["Nethermind"] },
  {
    meaning: "invalid",
    pattern: /sender (is )?not an eoa|SenderIsContract/i,
    clients: ["go-ethereum", "Nethermind", "reth", "anvil"],
  },
  { meaning: "invalid", pattern: /wrong chainId|chainId (is required|not supported)/i, clients: ["Besu"] },
  { meaning: "invalid", pattern: /incompatible EIP-155 transaction/i, clients: ["anvil", "Hardhat"] },
  { meaning: "invalid", pattern: /only replay-protected/i, clients: ["go-ethereum", "Erigon"] },
  {
    meaning: "invalid",
    pattern: /transaction type not supported|unsupported transaction type|NotSupportedTxType/i,
    clients: ["go-ethereum", "Nethermind", "reth"],
  },
  {
    meaning: "invalid",
    pattern: /oversized data|input data too large|transaction too large|MaxTxSizeExceeded|RLPTooLong/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth"],
  },
  {
    meaning: "invalid",
    pattern: /max priority fee per gas (higher than|exceeds)/i,
    clients: ["go-ethereum", "Besu", "reth", "anvil"],
  },
  { meaning: "invalid", pattern: /nonce has max value/i, clients: ["go-ethereum", "reth", "anvil"] },
  {
    meaning: "invalid",
    pattern: /max initcode size exceeded|initcode too large/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth", "anvil"],
  },
  {
    meaning: "invalid",
    pattern: /gas ?uint(64)? ?overflow|Int256Overflow|transaction cost overflow/i,
    clients: ["go-ethereum", "Nethermind", "Erigon", "reth", "anvil"],
  },
  { meaning: "invalid", pattern: /failed to decode (signed )?transaction/i, clients: ["reth", "anvil"] },
  { meaning: "invalid", pattern: /not authorized to send transactions/i, clients: ["Besu"] },

  {
    meaning: "gas-allowance-exceeded",
    pattern: /gas required exceeds( allowance)?/i,
    clients: ["go-ethereum", "Erigon", "reth", "anvil"],
  },
  {
    meaning: "gas-allowance-exceeded",
    pattern: /cannot estimate gas, gas spent exceeded/i,
    clients: ["Nethermind"],
  },

  { meaning: "state-unavailable", pattern: /missing trie node/i, clients: ["go-ethereum"] },
  {
    meaning: "state-unavailable",
    pattern: /(historical|pending) (state|block) .*is not available/i,
    clients: ["go-ethereum"],
  },
  {
    meaning: "state-unavailable",
    pattern: /(header|block) not found/i,
    clients: ["go-ethereum", "Besu", "reth"],
  },
  { meaning: "state-unavailable", pattern: /no state available for block/i, clients: ["Nethermind"] },
  { meaning: "state-unavailable", pattern: /world state unavailable|unknown block/i, clients: ["Besu"] },
  { meaning: "state-unavailable", pattern: /not available due to pruning/i, clients: ["Erigon"] },
  {
    meaning: "state-unavailable",
    pattern: /block #\d+ is pruned|pruned history unavailable/i,
    clients: ["reth"],
  },
  { meaning: "state-unavailable", pattern: /BlockOutOfRangeError/, clients: ["anvil"] },

  {
    meaning: "logs-too-many",
    pattern: /exceeds? max(imum)? (block range|results|addresses or topics)/i,
    clients: ["go-ethereum", "reth"],
  },
  { meaning: "logs-too-many", pattern: /exceeds maximum RPC range limit/i, clients: ["Besu"] },
  { meaning: "logs-too-many", pattern: /query returned more than \d+ results/i, clients: ["providers"] },
  { meaning: "logs-too-many", pattern: /log response size exceeded/i, clients: ["providers"] },
  {
    meaning: "logs-too-many",
    pattern: /limited to .* range|ranges? over \d+ blocks|block range is too wide/i,
    clients: ["providers"],
  },
];

/** A contract's revert reason is not a message of the node. */
const REVERTED = /^(VM Exception while processing transaction: )?(execution )?reverted/i;

export interface NodeAnswer {
  readonly meaning: NodeMeaning;
  /** The lowest price that the node would accept, in wei per unit of gas, where it names one. */
  readonly minPrice: bigint | undefined;
}

/** What a node's error message means; undefined where no line of the table matches. */
export function readNodeMessage(message: string): NodeAnswer | undefined {
  if (REVERTED.test(message)) return undefined;
  for (const { meaning, pattern } of NODE_MESSAGES) {
    const match = pattern.exec(message);
    if (match === null) continue;
    const least = match.groups?.least;
    return { meaning, minPrice: least === undefined ? undefined : BigInt(least) };
  }
  return undefined;
}
