// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { PayoutRouter } from "./PayoutRouter.sol";
import { IPayoutRouterV0 } from "./interfaces/IPayoutRouterV0.sol";

/// @title PayoutRouterV0
/// @author Lucid
/// @notice See {IPayoutRouterV0}.
contract PayoutRouterV0 is IPayoutRouterV0, PayoutRouter {
    /// @notice Fixes the token, the treasury, the ledger and the first admin.
    /// @param token What is paid out.
    /// @param treasury Where it is paid from.
    /// @param ledger Says what was paid.
    /// @param admin Gets DEFAULT_ADMIN_ROLE, and no other role.
    constructor(
        address token,
        address treasury,
        address ledger,
        address admin
    ) PayoutRouter("Lucid PayoutRouterV0", token, treasury, ledger, admin) {}

    /// @inheritdoc IPayoutRouterV0
    function disburse(
        bytes32 root,
        Payment calldata payment,
        bytes32[] calldata proof
    ) external onlyRole(DISBURSER_ROLE) whenNotPaused nonReentrant {
        _disburse(root, payment, "", proof);
    }

    /// @inheritdoc IPayoutRouterV0
    function disburseBatch(
        bytes32 root,
        Payment[] calldata payments,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external onlyRole(DISBURSER_ROLE) whenNotPaused nonReentrant {
        _disburseBatch(root, payments, new bytes[](payments.length), proof, proofFlags);
    }
}
