package simulator

import (
	"context"
	"fmt"

	"github.com/portico-billing/portico/internal/gateway"
	"github.com/portico-billing/portico/internal/money"
)

// opDispute is an operation that the bank starts, not we. It is filed under the charge's attempt.
const opDispute gateway.Op = "dispute"

// The published texts that decide a dispute when they stand in uncategorized_text.
const (
	winningEvidence  = "winning_evidence"
	losingEvidence   = "losing_evidence"
	escalateEvidence = "escalate_inquiry_evidence"
)

// openDispute is what the cards for disputes do right after a charge.
func (s *Simulator) openDispute(b books, charge operation, card behaviour) error {
	now := s.now()
	ref, err := s.mint.next(refPrefixes[opDispute], now)
	if err != nil {
		return err
	}
	d := &gateway.Dispute{Ref: ref, Charge: charge.Ref, Amount: charge.Result.Moved,
		Reason: card.dispute, Status: "needs_response", Withdrawn: true,
		EvidenceDueBy: now.Add(evidenceDueAfter)}
	if card.inquiry {
		d.Status, d.Withdrawn = "warning_needs_response", false
	}
	op := operation{Ref: ref, Parent: charge.Ref, Dispute: d, CreatedAt: now,
		Order: order{Op: opDispute, Modify: &gateway.ModifyRequest{
			Attempt: charge.Order.attempt(), Charge: charge.Ref}},
		Result: gateway.Result{Outcome: gateway.Pending, Ref: ref, At: now, Version: 1}}
	if d.Withdrawn {
		if err := s.enterDispute(b, op, "dispute", -d.Amount.Minor); err != nil {
			return err
		}
	}
	_, err = s.book(b, op)
	return err
}

func (s *Simulator) enterDispute(b books, op operation, kind string, minor int64) error {
	return b.addEntry(gateway.Entry{Ref: op.Ref, Attempt: op.Order.attempt().ID, Kind: kind,
		Moved: money.Amount{Minor: minor, Currency: op.Dispute.Amount.Currency}, At: s.now()})
}

// SubmitEvidence answers a dispute. The published texts decide it at once; any other text leaves
// it under review.
func (s *Simulator) SubmitEvidence(
	ctx context.Context, ref string, evidence map[string]string,
) error {
	text := evidence["uncategorized_text"]
	return s.changeDispute(ctx, ref, func(b books, op *operation) error {
		d := op.Dispute
		inquiry := d.Status == "warning_needs_response"
		switch {
		case inquiry && text == escalateEvidence:
			d.Status, d.Withdrawn = "needs_response", true
			return s.enterDispute(b, *op, "dispute", -d.Amount.Minor)
		case inquiry && (text == winningEvidence || text == losingEvidence):
			d.Status = "warning_closed"
			s.supersede(op, gateway.Succeeded)
		case inquiry:
			d.Status = "warning_under_review"
		case text == winningEvidence:
			d.Status, d.Withdrawn = "won", false
			s.supersede(op, gateway.Succeeded)
			return s.enterDispute(b, *op, "dispute_reversal", d.Amount.Minor)
		case text == losingEvidence:
			d.Status = "lost"
			s.supersede(op, gateway.Declined)
		default:
			d.Status = "under_review"
		}
		return nil
	})
}

// Accept gives a dispute up; it is lost, irreversibly.
func (s *Simulator) Accept(ctx context.Context, ref string) error {
	return s.changeDispute(ctx, ref, func(b books, op *operation) error {
		d := op.Dispute
		withdrawn := d.Withdrawn
		d.Status, d.Withdrawn = "lost", true
		s.supersede(op, gateway.Declined)
		if withdrawn {
			return nil
		}
		return s.enterDispute(b, *op, "dispute", -d.Amount.Minor)
	})
}

// changeDispute applies a change to an open dispute and announces it.
func (s *Simulator) changeDispute(
	ctx context.Context, ref string, change func(books, *operation) error,
) error {
	err := s.do(ctx, func(b books) error {
		op, ok, err := b.operation(ref)
		if err != nil {
			return err
		}
		if !ok || op.Dispute == nil || op.Result.Outcome != gateway.Pending {
			return fmt.Errorf("%w: no open dispute %s", gateway.ErrInvalid, ref)
		}
		d := *op.Dispute // earlier notifications keep theirs
		op.Dispute = &d
		if err := change(b, &op); err != nil {
			return err
		}
		_, err = s.book(b, op)
		return err
	})
	if err != nil {
		return fmt.Errorf("simulator: dispute: %w", err)
	}
	return nil
}
