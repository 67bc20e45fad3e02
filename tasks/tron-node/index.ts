import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

/** An option with a text as its default. */
const option = <const Name extends string>(name: Name, defaultValue: string, description: string) =>
  ({ name, description, type: ArgumentType.STRING, defaultValue }) as const;

export const tronNodeTasks = [
  task(
    "tron-node",
    "Run a local TRON node until it is interrupted. Example: npx hardhat tron-node --faults lostAnswers=0.2,dupAfterRefusal",
  )
    .addOption(option("host", "127.0.0.1", "Address to listen on"))
    .addOption(option("port", "8090", "Port of /wallet; 0 for a free one"))
    .addOption(option("solidityPort", "8091", "Port of /walletsolidity; the same as --port for one port"))
    .addOption(
      option("blockInterval", "3000", "Milliseconds between blocks; 0 where only POST /tre/mine makes them"),
    )
    .addOption(
      option("witnesses", "27", "27: solidified 20 blocks behind the head, as on mainnet; 1: two behind"),
    )
    .addOption(option("energyPrice", "100", "Price of energy in sun"))
    .addOption(option("seed", "lucid", "What faults are drawn from: the same seed, the same faults"))
    .addOption(
      option(
        "faults",
        "",
        "Faults, separated by commas, each with its probability: lostAnswers, lostRequests, lostReads, rateLimited, serverBusy, noConnection, fewConnections, vanishing, outOfTime, forks; and, without one, dupAfterRefusal, energyPriceMoves, noEstimates",
      ),
    )
    .addFlag(json)
    .setAction(() => import("./run.ts"))
    .build(),
];
