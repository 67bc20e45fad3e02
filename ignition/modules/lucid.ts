import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * The contracts of the On-System chain. `admin` gets DEFAULT_ADMIN_ROLE of LucidAnchors and LucidChunkStore
 * and no other role; by default it is the account that deploys. LucidCheckpoints has no admin.
 */
export default buildModule("Lucid", (module) => {
  const admin = module.getParameter("admin", module.getAccount(0));
  const anchors = module.contract("LucidAnchors", [admin]);
  const chunkStore = module.contract("LucidChunkStore", [anchors, admin]);
  const checkpoints = module.contract("LucidCheckpoints", [anchors]);
  return { anchors, chunkStore, checkpoints };
});
