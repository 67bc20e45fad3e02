// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { PayoutRouter } from "./PayoutRouter.sol";
import { IPayoutRouterKYC } from "./interfaces/IPayoutRouterKYC.sol";

/// @title PayoutRouterKYC
/// @author Lucid
/// @notice See {IPayoutRouterKYC}, also for what it trusts.
contract PayoutRouterKYC is IPayoutRouterKYC, PayoutRouter {
    bytes32 private constant COMPLIANCE_TYPE = keccak256(
        "Compliance(bytes32 payoutId,address to,uint256 amount,bytes32 kycHash,uint64 expiry)"
    );

    /// @notice Approves payments, and revokes payees.
    bytes32 public constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");

    /// @inheritdoc IPayoutRouterKYC
    mapping(address payee => bool) public isRevoked;

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
    ) PayoutRouter("Lucid PayoutRouterKYC", token, treasury, ledger, admin) {}

    /// @inheritdoc IPayoutRouterKYC
    function disburse(
        bytes32 root,
        Payment calldata payment,
        Compliance calldata compliance,
        bytes32[] calldata proof
    ) external onlyRole(DISBURSER_ROLE) whenNotPaused nonReentrant {
        _disburse(root, payment, _complianceRefusalOf(payment, compliance), proof);
    }

    /// @inheritdoc IPayoutRouterKYC
    function disburseBatch(
        bytes32 root,
        Payment[] calldata payments,
        Compliance[] calldata compliances,
        bytes32[] calldata proof,
        bool[] calldata proofFlags
    ) external onlyRole(DISBURSER_ROLE) whenNotPaused nonReentrant {
        if (payments.length != compliances.length) {
            revert ComplianceCountDiffers(payments.length, compliances.length);
        }
        bytes[] memory refusals = new bytes[](payments.length);
        for (uint256 i = 0; i < payments.length; ++i) {
            refusals[i] = _complianceRefusalOf(payments[i], compliances[i]);
        }
        _disburseBatch(root, payments, refusals, proof, proofFlags);
    }

    /// @inheritdoc IPayoutRouterKYC
    function revokePayee(address payee) external onlyRole(COMPLIANCE_ROLE) {
        isRevoked[payee] = true;
        emit PayeeRevoked(payee);
    }

    /// @inheritdoc IPayoutRouterKYC
    function reinstatePayee(address payee) external onlyRole(DEFAULT_ADMIN_ROLE) {
        isRevoked[payee] = false;
        emit PayeeReinstated(payee);
    }

    /// @dev Why a row is not approved, as an encoded error; empty where it is.
    function _complianceRefusalOf(
        Payment calldata payment,
        Compliance calldata compliance
    ) private view returns (bytes memory) {
        (bytes32 payoutId, address to, uint64 expiry) = (payment.payoutId, payment.to, compliance.expiry);
        if (isRevoked[to]) return abi.encodeWithSelector(PayeeIsRevoked.selector, payoutId, to);
        if (block.timestamp > expiry) {
            return abi.encodeWithSelector(ComplianceExpired.selector, payoutId, expiry);
        }
        bytes32 structHash = keccak256(
            abi.encode(COMPLIANCE_TYPE, payoutId, to, payment.amount, compliance.kycHash, expiry)
        );
        // Zero where the signature is malformed, and zero holds no role.
        (address signer, , ) = ECDSA.tryRecoverCalldata(_digest(structHash), compliance.signature);
        if (signer == address(0) || !hasRole(COMPLIANCE_ROLE, signer)) {
            return abi.encodeWithSelector(NotCompliance.selector, payoutId, signer);
        }
        return "";
    }
}
