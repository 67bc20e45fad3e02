import { assert } from "chai";
import {
  NODE_MESSAGES,
  type NodeClient,
  type NodeMeaning,
  readNodeMessage,
} from "../../../offchain/evm/node-messages.ts";

type Said = readonly [client: NodeClient, message: string];

/** Word for word what the clients' sources say, with values filled in. */
const SAID: Readonly<Record<NodeMeaning, readonly Said[]>> = {
  "already-known": [
    ["go-ethereum", "already known"],
    ["Nethermind", "AlreadyKnown"],
    ["Erigon", "ALREADY_EXISTS: already known"],
    ["Erigon", "INTERNAL_ERROR: existing txn with same hash"],
    ["reth", "already known"],
    ["reth", "[0x7f…]: already imported"],
    ["Besu", "Known transaction"],
    ["Hardhat", "Known transaction: 0x7f"],
    ["anvil", "transaction already imported"],
  ],
  "nonce-held": [
    ["go-ethereum", "replacement transaction underpriced"],
    ["Nethermind", "ReplacementNotAllowed"],
    ["Nethermind", "replacement transaction underpriced"],
    ["Besu", "Replacement transaction underpriced"],
    ["Erigon", "FEE_TOO_LOW: replacement transaction underpriced"],
    ["Erigon", "INTERNAL_ERROR: could not replace existing tx"],
    ["reth", "replacement transaction underpriced"],
    ["reth", "[0x7f…]: insufficient gas price to replace existing transaction"],
    ["anvil", "replacement transaction underpriced"],
    ["anvil", "Tx: [0x7f…] insufficient gas price to replace existing transaction"],
    [
      "Hardhat",
      "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 2200000000 is necessary to replace the existing transaction with nonce 3.",
    ],
  ],
  "nonce-used": [
    ["go-ethereum", "nonce too low: next nonce 5, tx nonce 3"],
    ["Nethermind", "OldNonce, Current nonce: 5, nonce of rejected tx: 3"],
    ["Nethermind", "nonce too low"],
    ["Besu", "Nonce too low"],
    ["Erigon", "INTERNAL_ERROR: nonce too low"],
    ["reth", "nonce too low: next nonce 5, tx nonce 3"],
    ["anvil", "nonce too low"],
    ["Hardhat", "Nonce too low. Expected nonce to be 5 but got 3."],
  ],
  "nonce-gap": [
    ["go-ethereum", "nonce too high: tx nonce 9, gapped nonce 5"],
    ["Nethermind", "NonceGap, Future nonce. Expected nonce: 5"],
    ["Nethermind", "NonceTooFarInFuture"],
    ["Nethermind", "nonce too far in future"],
    ["Besu", "Nonce too high"],
    ["Besu", "Transaction nonce is too distant from current sender nonce"],
    ["Besu", "An invalid transaction with a lower nonce exists"],
    ["reth", "nonce too high"],
    ["anvil", "Nonce too high"],
    [
      "Hardhat",
      "Nonce too high. Expected nonce to be 5 but got 9. Note that transactions can't be queued when automining.",
    ],
  ],
  "pool-full": [
    ["go-ethereum", "txpool is full"],
    ["go-ethereum", "out of capacity"],
    ["go-ethereum", "future transaction tries to replace pending"],
    ["go-ethereum", "account limit exceeded: pooled 64 txs"],
    ["go-ethereum", "in-flight transaction limit reached for delegated accounts"],
    ["Erigon", "INTERNAL_ERROR: pending sub-pool is full"],
    ["Erigon", "INTERNAL_ERROR: baseFee sub-pool is full"],
    ["Erigon", "INTERNAL_ERROR: spammer"],
    ["reth", "txpool is full"],
    ["reth", "[0x7f…]: transaction discarded outright due to pool size constraints"],
    [
      "reth",
      "[0x7f…]: rejected due to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 being identified as a spammer",
    ],
  ],
  underpriced: [
    ["go-ethereum", "transaction underpriced"],
    ["go-ethereum", "transaction gas price below minimum: gas tip cap 1, minimum needed 1000000"],
    ["Nethermind", "FeeTooLow, MaxFeePerGas too low. MaxFeePerGas: 1, CurrentBaseFee: 7"],
    ["Nethermind", "FeeTooLowToCompete"],
    ["Nethermind", "transaction underpriced"],
    ["Besu", "Gas price below configured minimum gas price"],
    ["Erigon", "FEE_TOO_LOW: underpriced"],
    ["Erigon", "FEE_TOO_LOW: fee too low"],
    ["reth", "transaction underpriced"],
    ["reth", "[0x7f…]: transaction feeCap 6 below chain minimum"],
    ["reth", "transaction priority fee below minimum required priority fee 1000000"],
  ],
  "below-base-fee": [
    ["go-ethereum", "max fee per gas less than block base fee: address 0x70…, maxFeePerGas: 1, baseFee: 7"],
    ["go-ethereum", "fee cap less than base fee"],
    ["Besu", "Gas price below current base fee"],
    ["reth", "max fee per gas less than block base fee"],
    ["anvil", "max fee per gas less than block base fee"],
    ["Hardhat", "Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 7"],
  ],
  "funds-missing": [
    ["go-ethereum", "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000"],
    ["Nethermind", "InsufficientFunds, Account balance: 0, cumulative cost: 21000"],
    ["Nethermind", "insufficient funds for gas * price + value"],
    ["Besu", "Upfront cost exceeds account balance"],
    ["Erigon", "INTERNAL_ERROR: insufficient funds"],
    ["reth", "insufficient funds for gas * price + value: have 0 want 21000"],
    ["reth", "transaction overdraws from account"],
    ["anvil", "Insufficient funds for gas * price + value"],
    [
      "Hardhat",
      "Sender doesn't have enough funds to send tx. The max upfront cost is: 21000 and the sender's balance is: 0.",
    ],
  ],
  "gas-too-low": [
    ["go-ethereum", "intrinsic gas too low: gas 20999, minimum needed 21000"],
    ["go-ethereum", "insufficient gas for floor data gas cost: gas 21000, minimum needed 31000"],
    ["Nethermind", "intrinsic gas too low"],
    ["Besu", "Intrinsic gas exceeds gas limit"],
    ["Erigon", "INTERNAL_ERROR: IntrinsicGas"],
    ["reth", "intrinsic gas too low"],
    ["anvil", "intrinsic gas too low"],
    ["Hardhat", "Transaction requires at least 21000 gas but got 20999"],
  ],
  "gas-too-high": [
    ["go-ethereum", "exceeds block gas limit"],
    ["go-ethereum", "transaction gas limit too high (cap: 16777216, tx: 30000000)"],
    ["Nethermind", "GasLimitExceeded, Gas limit: 30000000, gas limit of rejected tx: 31000000"],
    ["Nethermind", "gas limit reached"],
    ["Nethermind", "TxGasLimitCapExceeded: Gas limit 30000000 exceeded cap of 16777216."],
    ["Besu", "Transaction gas limit exceeds block gas limit"],
    ["Erigon", "INTERNAL_ERROR: gas limit is too high"],
    ["reth", "exceeds block gas limit"],
    ["reth", "exceeds max transaction gas limit"],
    ["reth", "gas limit too high"],
    ["reth", "intrinsic gas too high"],
    ["anvil", "intrinsic gas too high -- CallerGasLimitMoreThanBlock"],
    [
      "anvil",
      "Transaction gas limit is greater than the block gas limit, gas_limit: 30000000, cap: 16777216",
    ],
    ["Hardhat", "Transaction gas limit is 61000000 and exceeds block gas limit of 60000000"],
    ["Hardhat", "Transaction gas limit is 30000000 and exceeds transaction gas cap of 16777216"],
  ],
  "fee-cap-exceeded": [
    ["go-ethereum", "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)"],
    ["Erigon", "tx fee (1.20 ether) exceeds the configured cap (1.00 ether)"],
    ["reth", "tx fee (1200000000000000000 wei) exceeds the configured cap (1000000000000000000 wei)"],
    ["Besu", "Transaction fee cap exceeded"],
  ],
  invalid: [
    ["go-ethereum", "invalid sender: invalid chain id for signer: have 2 want 1"],
    ["go-ethereum", "invalid transaction v, r, s values"],
    ["go-ethereum", "transaction type not supported: tx type 5 not supported by this pool"],
    ["go-ethereum", "oversized data: transaction size 140000, limit 131072"],
    ["go-ethereum", "only replay-protected (EIP-155) transactions allowed over RPC"],
    ["go-ethereum", "max priority fee per gas higher than max fee per gas"],
    ["go-ethereum", "nonce has max value"],
    ["go-ethereum", "max initcode size exceeded: code size 50000, limit 49152"],
    ["go-ethereum", "gas uint64 overflow"],
    ["go-ethereum", "sender not an eoa"],
    ["Nethermind", "Invalid, InvalidTxSignature: Signature is invalid."],
    ["Nethermind", "Invalid, InvalidTxChainId: Expected 1, got 2."],
    ["Nethermind", "Invalid, InvalidTxType: Transaction type in London is not supported."],
    ["Nethermind", "FailedToResolveSender"],
    ["Nethermind", "failed to recover sender"],
    ["Nethermind", "SenderIsContract, Sender is contract"],
    ["Nethermind", "NotSupportedTxType"],
    ["Nethermind", "unsupported transaction type"],
    ["Nethermind", "MaxTxSizeExceeded"],
    ["Nethermind", "transaction too large"],
    ["Nethermind", "max initcode size exceeded"],
    ["Nethermind", "Int256Overflow"],
    ["Nethermind", "transaction cost overflow"],
    ["Besu", "Invalid signature"],
    ["Besu", "Invalid transaction type"],
    ["Besu", "Wrong chainId"],
    ["Besu", "ChainId not supported"],
    ["Besu", "ChainId is required"],
    ["Besu", "Sender account not authorized to send transactions"],
    ["Besu", "Max priority fee per gas exceeds max fee per gas"],
    ["Erigon", "INVALID: invalid sender"],
    ["Erigon", "INVALID: oversized data"],
    ["Erigon", "INVALID: RLPTooLong"],
    ["Erigon", "INVALID: initcode too large"],
    ["Erigon", "INTERNAL_ERROR: GasUintOverflow"],
    ["Erigon", "invalid chain id, expected: 1 got: 2"],
    ["Erigon", "only replay-protected (EIP-155) transactions allowed over RPC"],
    ["reth", "invalid sender"],
    ["reth", "invalid chain ID"],
    ["reth", "invalid transaction signature"],
    ["reth", "transaction type not supported"],
    ["reth", "sender is not an EOA"],
    ["reth", "oversized data: transaction size 140000, limit 131072"],
    ["reth", "input data too large"],
    ["reth", "failed to decode signed transaction"],
    ["reth", "nonce has max value"],
    ["reth", "max initcode size exceeded"],
    ["reth", "gas uint64 overflow"],
    ["reth", "max priority fee per gas higher than max fee per gas"],
    ["anvil", "invalid chain id for signer"],
    ["anvil", "Incompatible EIP-155 transaction, signed for another chain"],
    ["anvil", "Failed to decode transaction"],
    ["anvil", "sender not an eoa"],
    ["anvil", "nonce has max value"],
    ["anvil", "max initcode size exceeded"],
    ["anvil", "gas uint64 overflow"],
    ["anvil", "max priority fee per gas higher than max fee per gas"],
    ["Hardhat", "Trying to send an incompatible EIP-155 transaction, signed for another chain."],
  ],
  "gas-allowance-exceeded": [
    ["go-ethereum", "gas required exceeds allowance (12666584)"],
    ["Erigon", "gas required exceeds allowance (12666584)"],
    ["reth", "gas required exceeds allowance (12666584)"],
    ["reth", "out of gas: gas required exceeds: 12666584"],
    ["anvil", "Out of gas: gas required exceeds allowance: 12666584"],
    ["Nethermind", "Cannot estimate gas, gas spent exceeded transaction and block gas limit"],
  ],
  "state-unavailable": [
    ["go-ethereum", "missing trie node 5b1c (path ) state 0x5b1c is not available"],
    ["go-ethereum", "historical state 5b1c is not available"],
    ["go-ethereum", "pending state is not available"],
    ["go-ethereum", "pending block is not available"],
    ["go-ethereum", "header not found"],
    ["Nethermind", "No state available for block 100 (0x5b1c)"],
    ["Besu", "World state unavailable"],
    ["Besu", "Unknown block"],
    ["Besu", "Block not found"],
    ["Erigon", "old data not available due to pruning"],
    ["reth", "state at block #100 is pruned"],
    ["reth", "pruned history unavailable"],
    ["reth", "block not found: 0x64"],
    ["anvil", "BlockOutOfRangeError: block height is 5 but requested was 9"],
  ],
  "logs-too-many": [
    ["go-ethereum", "exceed maximum block range 5"],
    ["go-ethereum", "exceed max addresses or topics per search position"],
    ["reth", "query exceeds max block range 100000"],
    ["reth", "query exceeds max results 20000, retry with the range 1-50"],
    ["Besu", "Requested range exceeds maximum RPC range limit"],
    ["providers", "query returned more than 10000 results. Try with this block range [0x1, 0x2]."],
    [
      "providers",
      "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size",
    ],
    ["providers", "eth_getLogs is limited to a 10,000 range"],
    ["providers", "ranges over 10000 blocks are not supported on freetier"],
    ["providers", "block range is too wide (maximum 1024)"],
  ],
};

const ALL = Object.entries(SAID).flatMap(([meaning, said]) =>
  said.map(([client, message]) => ({ meaning: meaning as NodeMeaning, client, message })),
);

describe("what nodes say", () => {
  for (const { meaning, client, message } of ALL) {
    it(`${client}: "${message.slice(0, 70)}" means ${meaning}`, () => {
      assert.equal(readNodeMessage(message)?.meaning, meaning);
    });
  }

  for (const [index, { meaning, pattern, clients }] of NODE_MESSAGES.entries()) {
    it(`line ${index + 1} (${pattern.source}) is what decides for every client that it names`, () => {
      const decides = ({ message }: { message: string }) =>
        NODE_MESSAGES.find((line) => line.pattern.test(message))?.pattern === pattern;
      const found = ALL.filter(decides);
      assert.sameMembers(
        [...new Set(found.map(({ client }) => client))],
        [...clients],
        "clients with a message that this line is the first to know",
      );
      for (const one of found) assert.equal(one.meaning, meaning);
    });
  }

  for (const [message, price] of [
    ["transaction gas price below minimum: gas tip cap 1, minimum needed 1000000", 1_000_000n],
    ["transaction priority fee below minimum required priority fee 30", 30n],
    [
      "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 2200000000 is necessary to replace the existing transaction with nonce 3.",
      2_200_000_000n,
    ],
    ["Transaction maxFeePerGas (1) is too low for the next block, which has a baseFeePerGas of 7", 7n],
    ["transaction underpriced", undefined],
  ] as const) {
    it(`reads ${price ?? "no"} wei from "${message.slice(0, 60)}"`, () => {
      assert.equal(readNodeMessage(message)?.minPrice, price);
    });
  }

  for (const message of [
    "execution reverted: insufficient funds",
    "VM Exception while processing transaction: reverted with reason string 'nonce too low'",
    "upstream did not answer in time",
    "internal error",
    "",
  ]) {
    it(`knows nothing in "${message}"`, () => {
      assert.isUndefined(readNodeMessage(message));
    });
  }
});
