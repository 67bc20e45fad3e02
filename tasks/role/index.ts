import { emptyTask, task } from "hardhat/config";
import { json } from "../options.ts";

const ROLE =
  "REGISTRAR (anchors sessions, attests epochs), UPLOADER (records chunks) or ADMIN (grants roles, pauses; LucidAnchors and LucidChunkStore)";
const ACCOUNT = "Address of the account";

export const roleTasks = [
  emptyTask("role", "Grant, revoke and list the roles of LucidAnchors and LucidChunkStore").build(),

  task(["role", "grant"], "Grant a role to an account. Example: npx hardhat role grant REGISTRAR 0x…")
    .addPositionalArgument({ name: "role", description: ROLE })
    .addPositionalArgument({ name: "account", description: ACCOUNT })
    .addFlag(json)
    .setAction(() => import("./grant.ts"))
    .build(),

  task(["role", "revoke"], "Revoke a role from an account. Example: npx hardhat role revoke UPLOADER 0x…")
    .addPositionalArgument({ name: "role", description: ROLE })
    .addPositionalArgument({ name: "account", description: ACCOUNT })
    .addFlag(json)
    .setAction(() => import("./revoke.ts"))
    .build(),

  task(["role", "list"], "List who holds which role. Example: npx hardhat role list")
    .addFlag(json)
    .setAction(() => import("./list.ts"))
    .build(),

  task(
    "pause",
    "Stop new entries on LucidAnchors and LucidChunkStore; attestations continue. Example: npx hardhat pause",
  )
    .addFlag(json)
    .setAction(() => import("./pause.ts"))
    .build(),

  task("unpause", "Allow new entries on LucidAnchors and LucidChunkStore again. Example: npx hardhat unpause")
    .addFlag(json)
    .setAction(() => import("./unpause.ts"))
    .build(),
];
