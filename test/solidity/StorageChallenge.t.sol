// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { StorageChallenge } from "../../contracts/libraries/StorageChallenge.sol";
import { LucidTest } from "./support/LucidTest.sol";

contract StorageChallengeTest is LucidTest {
    uint256 private constant INTERVAL = 64;

    function testFuzz_latestBlock_isTheLatestMultipleBelow(uint256 blockNumber) public pure {
        blockNumber = bound(blockNumber, 1, type(uint256).max);
        uint256 latest = StorageChallenge.latestBlock(blockNumber);
        vm.assertEq(latest % INTERVAL, 0, "a multiple of the interval");
        vm.assertTrue(latest < blockNumber, "below the block, or its hash would not be known");
        vm.assertTrue(blockNumber - latest <= INTERVAL, "the latest one");
    }

    function testFuzz_isOpen_takesTheLatestAndTheOneBefore(uint256 latest, uint256 block_) public pure {
        latest = bound(latest, 1, 1e9) * INTERVAL;
        block_ = bound(block_, 0, 2 * latest);
        vm.assertTrue(StorageChallenge.isOpen(latest, latest), "the latest one");
        vm.assertTrue(StorageChallenge.isOpen(latest - INTERVAL, latest), "the one before");
        vm.assertTrue(
            StorageChallenge.isOpen(block_, latest) == (block_ == latest || block_ + INTERVAL == latest),
            "and no other"
        );
    }

    function test_isOpen_takesGenesisAsTheOneBeforeTheFirstInterval() public pure {
        vm.assertTrue(StorageChallenge.isOpen(0, INTERVAL), "genesis is 64 blocks before block 64");
    }

    function testFuzz_isOpen_takesTheFirstBlockAloneOnAYoungChain(uint256 other) public pure {
        vm.assume(other != 0);
        vm.assertTrue(StorageChallenge.isOpen(0, 0), "genesis");
        vm.assertFalse(StorageChallenge.isOpen(other, 0), "there is none before it");
    }

    function testFuzz_segmentFor_followsTheRule(
        bytes32 seed,
        bytes32 leaf,
        address prover,
        uint256 segments
    ) public pure {
        segments = bound(segments, 1, 1 << 22);
        vm.assertEq(
            StorageChallenge.segmentFor(seed, leaf, prover, segments),
            uint256(keccak256(abi.encode(seed, leaf, prover))) % segments,
            "the rule as it is written"
        );
    }
}
