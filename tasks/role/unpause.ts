import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { changePause } from "./change-pause.ts";

export default function unpause(args: { json: boolean }, hre: HardhatRuntimeEnvironment) {
  return changePause(args, hre, false);
}
