import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changeRole, type RoleArguments } from "./change-role.ts";

export default function grant(args: RoleArguments, hre: HardhatRuntimeEnvironment) {
  return changeRole(args, hre, true);
}
