// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { IPayoutRouter } from "../../../contracts/payouts/interfaces/IPayoutRouter.sol";
import { IPayoutRouterKYC } from "../../../contracts/payouts/interfaces/IPayoutRouterKYC.sol";
import { Trees } from "../support/Trees.sol";
import { PayoutTest } from "./support/PayoutTest.sol";

/// @dev What each entry costs in the test runner's gas, without calldata and without the 21,000 of a transaction. TRON's
/// prices differ: `npm run bench -- payouts` has its energy. Everything that a call needs is made in setUp, so that a
/// measured call finds every slot as cold as a transaction would.
contract PayoutGasSnapshotsTest is PayoutTest {
    uint256 private constant ROWS = 1_000;
    uint256 private constant BATCH = 20;

    Statement private _v0;
    Statement private _kyc;

    function setUp() public override {
        super.setUp();
        IPayoutRouter.Payment[] memory rows = sampleRows(ROWS);
        for (uint256 i = 0; i < ROWS; ++i) rows[i].amount = USDT + i;
        _keep(_v0, openOver(v0, rows));
        _keep(_kyc, openOver(kyc, rows));
        // Not the first payment of the day, nor of the statement.
        pay(v0, _v0, ROWS - 1);
        _payKyc(ROWS - 2);
    }

    function test_gas_openStatement() public {
        Statement memory statement = statementOver(v0, sampleRows(2));
        statement.period = PERIOD + 1;
        open(v0, statement);
        vm.snapshotGasLastCall("PayoutRouterV0", "openStatement");
    }

    function test_gas_closeStatement() public {
        close(v0, _v0);
        vm.snapshotGasLastCall("PayoutRouterV0", "closeStatement");
    }

    function test_gas_disburse() public {
        pay(v0, _v0, 0);
        vm.snapshotGasLastCall("PayoutRouterV0", "disburse, of 1,000");
    }

    function test_gas_disburseBatch20() public {
        payRun(v0, _v0, 0, BATCH - 1);
        vm.snapshotGasLastCall("PayoutRouterV0", "disburseBatch, 20 of 1,000");
    }

    function test_gas_disburseKyc() public {
        _payKyc(0);
        vm.snapshotGasLastCall("PayoutRouterKYC", "disburse, of 1,000");
    }

    function test_gas_disburseBatchKyc20() public {
        (bytes32[] memory proof, bool[] memory flags) = Trees.multiproofOf(_kyc.tree, 0, BATCH - 1);
        IPayoutRouter.Payment[] memory run = slice(_kyc.rows, 0, BATCH - 1);
        IPayoutRouterKYC.Compliance[] memory approvals = approvalsOf(run);
        vm.prank(DISBURSER);
        kyc.disburseBatch(_kyc.tree[0], run, approvals, proof, flags);
        vm.snapshotGasLastCall("PayoutRouterKYC", "disburseBatch, 20 of 1,000");
    }

    function test_gas_voidPayout() public {
        bytes32 structHash = keccak256(abi.encode(keccak256("PayoutVoid(bytes32 payoutId)"), KYC_HASH));
        bytes32 digest = digestFor("Lucid PayoutLedger", address(ledger), structHash);
        ledger.voidPayout(KYC_HASH, sign(PLANNER_KEY, digest), sign(APPROVER_KEY, digest));
        vm.snapshotGasLastCall("PayoutLedger", "voidPayout");
    }

    function _payKyc(uint256 row) private {
        bytes32[] memory proof = Trees.proofOf(_kyc.tree, row);
        IPayoutRouterKYC.Compliance memory approval = approvalOf(_kyc.rows[row]);
        vm.prank(DISBURSER);
        kyc.disburse(_kyc.tree[0], _kyc.rows[row], approval, proof);
    }

    function _keep(Statement storage kept, Statement memory statement) private {
        for (uint256 i = 0; i < statement.rows.length; ++i) kept.rows.push(statement.rows[i]);
        (kept.tree, kept.total, kept.period) = (statement.tree, statement.total, statement.period);
    }
}
