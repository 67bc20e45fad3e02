import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { json } from "../options.ts";

const optional = <const Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const;
const file = <const Name extends string>(name: Name, description: string) =>
  ({ name, description, type: ArgumentType.FILE_WITHOUT_DEFAULT, defaultValue: undefined }) as const;

export const auditTasks = [
  task(
    ["audit"],
    "Check everything in the store against the chain and itself; writes nothing to the store. Example: npx hardhat audit --report audit.json",
  )
    .addOption(optional("from", "First slot (default: the chain's first)"))
    .addOption(optional("to", "Last slot (default: the last one that is decided)"))
    .addOption(optional("epoch", "The slots of this epoch instead, in days since 2024-01-01"))
    .addOption(
      optional(
        "tronFromBlock",
        "First block of TRON that is read for payments (default: the one in which payout deploy recorded the first router)",
      ),
    )
    .addOption(
      file("report", "Write the report to this file, signed with LUCID_AUDITOR_KEY where that is set"),
    )
    .addOption(file("compare", "Compare with another auditor's signed report"))
    .addOption(file("html", "Write one page to read or to print to this file"))
    .addFlag({
      name: "restart",
      description: "Begin again instead of going on where an interrupted audit ended",
    })
    .addFlag(json)
    .setAction(() => import("./audit.ts"))
    .build(),
];
