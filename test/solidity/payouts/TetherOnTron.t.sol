// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { TetherOnTron } from "../../../contracts/payouts/mocks/TetherOnTron.sol";
import { TetherSuccessor } from "../../../contracts/payouts/mocks/TetherSuccessor.sol";
import { Vm } from "../support/Vm.sol";
import { deployed } from "../support/Deployed.sol";

/// @dev That the test token has Tether's oddities: what is tested with it rests on them.
contract TetherOnTronTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    address private constant OWNER = address(0x0EA);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant SPENDER = address(0x59E);
    uint256 private constant USDT = 1e6;
    uint256 private constant SUPPLY = 1e6 * USDT;

    TetherOnTron private token;

    function setUp() public {
        vm.startPrank(OWNER);
        token = TetherOnTron(deployed("TetherOnTron", abi.encode(SUPPLY, "Tether USD", "USDT", 6)));
        token.transfer(ALICE, 1_000 * USDT);
        vm.stopPrank();
        vm.prank(ALICE);
        token.approve(SPENDER, 500 * USDT);
    }

    function test_transfer_returnsFalseThoughItPaid() public {
        vm.prank(ALICE);
        bool answer = token.transfer(BOB, USDT);
        vm.assertFalse(answer, "false");
        vm.assertEq(token.balanceOf(BOB), USDT, "though it paid");
    }

    function test_transferFrom_returnsTrue() public {
        vm.prank(SPENDER);
        bool answer = token.transferFrom(ALICE, BOB, USDT);
        vm.assertTrue(answer, "true");
        vm.assertEq(token.allowance(ALICE, SPENDER), 499 * USDT, "the allowance is used");
    }

    function test_transferFrom_keepsTheLargestAllowance() public {
        vm.prank(ALICE);
        token.approve(SPENDER, type(uint256).max);
        vm.prank(SPENDER);
        token.transferFrom(ALICE, BOB, USDT);
        vm.assertEq(token.allowance(ALICE, SPENDER), type(uint256).max, "never used up");
    }

    function test_transfer_takesTheFeeFromWhatThePayeeGets() public {
        vm.prank(OWNER);
        token.setParams(10, 49);
        vm.recordLogs();
        vm.prank(ALICE);
        token.transfer(BOB, 100 * USDT);
        _assertFee(vm.getRecordedLogs());
    }

    function test_transferFrom_takesTheFeeFromWhatThePayeeGets() public {
        vm.prank(OWNER);
        token.setParams(10, 49);
        vm.recordLogs();
        vm.prank(SPENDER);
        token.transferFrom(ALICE, BOB, 100 * USDT);
        _assertFee(vm.getRecordedLogs());
        vm.assertEq(token.allowance(ALICE, SPENDER), 400 * USDT, "the whole amount is used");
    }

    /// @dev 10 basis points of 100 USDT are 0.1 USDT: the net amount and the fee each have an event.
    function _assertFee(Vm.Log[] memory logs) private view {
        vm.assertEq(logs.length, 2, "two transfers");
        (uint256 net, uint256 fee) = (99_900_000, 100_000);
        vm.assertEq(abi.decode(logs[0].data, (uint256)), net, "the net amount");
        vm.assertEq(logs[0].topics[2], bytes32(uint256(uint160(BOB))), "to the payee");
        vm.assertEq(abi.decode(logs[1].data, (uint256)), fee, "the fee");
        vm.assertEq(logs[1].topics[2], bytes32(uint256(uint160(OWNER))), "to the owner");
        vm.assertEq(token.balanceOf(BOB), net, "the payee gets the rest");
        vm.assertEq(token.balanceOf(ALICE), 900 * USDT, "the payer pays the amount");
    }

    function test_calcFee_isAtMostTheMaximum() public {
        vm.prank(OWNER);
        token.setParams(19, 1);
        vm.assertEq(token.calcFee(100 * USDT), 190_000, "19 basis points");
        vm.assertEq(token.calcFee(10_000 * USDT), USDT, "at most one");
    }

    function testFuzz_setParams_isBounded(uint256 basisPoints, uint256 maxFee) public {
        vm.prank(OWNER);
        (bool isSet, bytes memory answer) = address(token).call(
            abi.encodeCall(TetherOnTron.setParams, (basisPoints, maxFee))
        );
        vm.assertEq(isSet ? 1 : 0, basisPoints < 20 && maxFee < 50 ? 1 : 0, "below 20, below 50");
        vm.assertEq(answer.length, 0, "without a reason");
    }

    function test_addBlackList_stopsThePayerAlone() public {
        vm.prank(OWNER);
        token.addBlackList(ALICE);
        vm.prank(ALICE);
        _assertReverts(abi.encodeCall(TetherOnTron.transfer, (BOB, 1)));
        vm.prank(SPENDER);
        _assertReverts(abi.encodeCall(TetherOnTron.transferFrom, (ALICE, BOB, 1)));
        vm.prank(OWNER);
        token.transfer(ALICE, 1);
        vm.assertEq(token.balanceOf(ALICE), 1_000 * USDT + 1, "it can receive");
        vm.assertTrue(token.getBlackListStatus(ALICE), "listed");
        vm.prank(OWNER);
        token.removeBlackList(ALICE);
        vm.prank(ALICE);
        token.transfer(BOB, 1);
    }

    /// @dev Who sends the call is not looked up.
    function test_addBlackList_doesNotStopASpender() public {
        vm.prank(OWNER);
        token.addBlackList(SPENDER);
        vm.prank(SPENDER);
        token.transferFrom(ALICE, BOB, 1);
        vm.assertEq(token.balanceOf(BOB), 1, "paid");
    }

    function test_destroyBlackFunds_hasNoTransfer() public {
        vm.startPrank(OWNER);
        _assertReverts(abi.encodeCall(TetherOnTron.destroyBlackFunds, (ALICE)));
        token.addBlackList(ALICE);
        vm.recordLogs();
        token.destroyBlackFunds(ALICE);
        vm.stopPrank();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        vm.assertEq(logs.length, 1, "one event");
        vm.assertEq(logs[0].topics[0], TetherOnTron.DestroyedBlackFunds.selector, "of its own");
        vm.assertEq(token.balanceOf(ALICE), 0, "nothing is left");
        vm.assertEq(token.totalSupply(), SUPPLY - 1_000 * USDT, "nor in the supply");
    }

    function test_pause_stopsEverything() public {
        vm.prank(OWNER);
        token.pause();
        vm.startPrank(ALICE);
        _assertReverts(abi.encodeCall(TetherOnTron.transfer, (BOB, 1)));
        _assertReverts(abi.encodeCall(TetherOnTron.approve, (BOB, 1)));
        _assertReverts(abi.encodeCall(TetherOnTron.increaseApproval, (BOB, 1)));
        _assertReverts(abi.encodeCall(TetherOnTron.decreaseApproval, (BOB, 1)));
        vm.stopPrank();
        vm.prank(SPENDER);
        _assertReverts(abi.encodeCall(TetherOnTron.transferFrom, (ALICE, BOB, 1)));
        vm.startPrank(OWNER);
        _assertReverts(abi.encodeCall(TetherOnTron.pause, ()));
        token.unpause();
        _assertReverts(abi.encodeCall(TetherOnTron.unpause, ()));
        vm.stopPrank();
    }

    function test_transferFrom_revertsWithoutAReason() public {
        vm.startPrank(SPENDER);
        _assertReverts(abi.encodeCall(TetherOnTron.transferFrom, (ALICE, BOB, 501 * USDT)));
        _assertReverts(abi.encodeCall(TetherOnTron.transferFrom, (ALICE, address(0), 1)));
        _assertReverts(abi.encodeCall(TetherOnTron.transferFrom, (BOB, ALICE, 1)));
        vm.stopPrank();
    }

    function test_deprecate_forwardsCallsAndBalances() public {
        TetherSuccessor successor = TetherSuccessor(deployed("TetherSuccessor", abi.encode(address(token))));
        successor.mint(ALICE, 7);
        vm.prank(OWNER);
        token.deprecate(address(successor));
        vm.assertEq(token.balanceOf(ALICE), 7, "the successor's balance");
        vm.assertEq(token.oldBalanceOf(ALICE), 1_000 * USDT, "its own is kept");
        vm.assertEq(token.totalSupply(), 7, "the successor's supply");
        vm.startPrank(ALICE);
        vm.assertTrue(token.transfer(BOB, 2), "what the successor answers");
        token.approve(SPENDER, 1);
        token.increaseApproval(SPENDER, 2);
        token.decreaseApproval(SPENDER, 1);
        vm.stopPrank();
        vm.assertEq(token.allowance(ALICE, SPENDER), 2, "the successor's allowance");
        vm.prank(SPENDER);
        token.transferFrom(ALICE, BOB, 2);
        vm.assertEq(successor.balanceOf(BOB), 4, "moved there");
    }

    function test_increaseApproval_andDecrease() public {
        vm.startPrank(ALICE);
        token.increaseApproval(SPENDER, 1);
        vm.assertEq(token.allowance(ALICE, SPENDER), 500 * USDT + 1, "more");
        token.decreaseApproval(SPENDER, 2);
        vm.assertEq(token.allowance(ALICE, SPENDER), 500 * USDT - 1, "less");
        token.decreaseApproval(SPENDER, SUPPLY);
        vm.assertEq(token.allowance(ALICE, SPENDER), 0, "nothing");
        vm.stopPrank();
    }

    function test_issueAndRedeem() public {
        vm.startPrank(OWNER);
        token.issue(5);
        vm.assertEq(token.totalSupply(), SUPPLY + 5, "more");
        token.redeem(6);
        vm.assertEq(token.totalSupply(), SUPPLY - 1, "less");
        vm.stopPrank();
    }

    /// @dev As an assertion of Solidity 0.4: all gas is gone, which on TRON is the whole fee limit.
    function test_redeem_takesAllGasWhereItUnderflows() public {
        uint256 before = gasleft();
        vm.prank(OWNER);
        (bool isRedeemed, ) = address(token).call{ gas: 1_000_000 }(
            abi.encodeCall(TetherOnTron.redeem, (2 * SUPPLY))
        );
        vm.assertFalse(isRedeemed, "refused");
        vm.assertGt(before - gasleft(), 1_000_000, "with all gas");
    }

    function testFuzz_switches_areTheOwners(address account) public {
        vm.assume(account != OWNER);
        vm.startPrank(account);
        _assertReverts(abi.encodeCall(TetherOnTron.setParams, (1, 1)));
        _assertReverts(abi.encodeCall(TetherOnTron.pause, ()));
        _assertReverts(abi.encodeCall(TetherOnTron.unpause, ()));
        _assertReverts(abi.encodeCall(TetherOnTron.addBlackList, (BOB)));
        _assertReverts(abi.encodeCall(TetherOnTron.removeBlackList, (BOB)));
        _assertReverts(abi.encodeCall(TetherOnTron.destroyBlackFunds, (BOB)));
        _assertReverts(abi.encodeCall(TetherOnTron.deprecate, (BOB)));
        _assertReverts(abi.encodeCall(TetherOnTron.issue, (1)));
        _assertReverts(abi.encodeCall(TetherOnTron.redeem, (1)));
        _assertReverts(abi.encodeCall(TetherOnTron.transferOwnership, (account)));
        vm.stopPrank();
    }

    function test_transferOwnership_movesTheSwitches() public {
        vm.startPrank(OWNER);
        _assertReverts(abi.encodeCall(TetherOnTron.transferOwnership, (address(0))));
        token.transferOwnership(BOB);
        _assertReverts(abi.encodeCall(TetherOnTron.pause, ()));
        vm.stopPrank();
        vm.assertEq(token.owner(), BOB, "the new owner");
    }

    function _assertReverts(bytes memory call) private {
        (bool hasSucceeded, bytes memory answer) = address(token).call(call);
        vm.assertFalse(hasSucceeded, "refused");
        vm.assertEq(answer.length, 0, "without a reason");
    }
}
