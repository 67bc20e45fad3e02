/**
 * Runs the payout service once, as `payout run` does, until nothing is left or it is killed. Its argument is JSON, see
 * `PayoutProcessOptions`. Says `at work` first, then the answer of each broadcast in a line of its own.
 */
import { writeSync } from "node:fs";
import { machineClock } from "../../offchain/consensus/node/clock.ts";
import type { DeployedPayouts } from "../../offchain/payouts/deploy-payouts.ts";
import { PayoutService } from "../../offchain/payouts/payout-service.ts";
import { TronClient } from "../../offchain/payouts/tron-client.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { MAX_FEE, termsOf } from "./tron-world.ts";

export interface PayoutProcessOptions {
  readonly fullHost: string;
  readonly solidityHost: string;
  readonly chainId: string;
  readonly store: string;
  readonly disburserKey: string;
  readonly contracts: DeployedPayouts;
  readonly rowsPerBatch: number;
}

const options: PayoutProcessOptions = JSON.parse(process.argv[2] ?? "");
const { contracts, rowsPerBatch, disburserKey } = options;
const chainId = BigInt(options.chainId);
await using store = await openStore({ setting: options.store });
const tron = new TronClient(
  {
    ...{ fullHosts: [options.fullHost], solidityHosts: [options.solidityHost], chainId, isPublic: false },
    expirationMs: 120_000,
  },
  { clock: machineClock },
);
const service = new PayoutService(
  {
    ...termsOf(contracts, chainId),
    ...{ disburserKey, token: contracts.token, ledger: contracts.ledger, maxFee: MAX_FEE },
    ...{ rowsPerBatch, maxInFlight: 3, pollMs: 100 },
    onEvent: (event) => {
      if (event.kind === "sent" || event.kind === "resent") writeSync(1, `${event.answer}\n`);
      if (event.kind === "dead") writeSync(1, "dead\n");
    },
  },
  { payouts: store.payouts, tron, clock: machineClock },
);
writeSync(1, "at work\n");
await service.run();
