package portal

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/portico-billing/portico/internal/i18n"
	"github.com/portico-billing/portico/internal/web/kit"
	"github.com/portico-billing/portico/internal/web/portal/view"
)

const pathDone = "/p/done"

// flowPath is where the session's flow has its customer, or "" when they are free: there is no
// flow, or it is done and leads to the overview.
func (v *visit) flowPath() string {
	f := v.Session.Flow
	switch {
	case f == nil:
		return ""
	case v.Session.Private.FlowDone && f.AfterCompletion.Type == "portal_homepage":
		return ""
	case v.Session.Private.FlowDone:
		return pathDone
	}
	switch {
	case f.SubscriptionCancel != nil:
		return view.SubscriptionPath(f.SubscriptionCancel.Subscription, "cancel")
	case f.SubscriptionUpdate != nil:
		return view.SubscriptionPath(f.SubscriptionUpdate.Subscription, "plan")
	case f.SubscriptionUpdateConfirm != nil:
		confirm := f.SubscriptionUpdateConfirm
		q := url.Values{}
		for _, it := range confirm.Items {
			q.Set("price", text(it.Price))
			if it.Quantity > 0 {
				q.Set("quantity", strconv.FormatInt(it.Quantity, 10))
			}
		}
		return view.SubscriptionPath(confirm.Subscription, "review") + "?" + q.Encode()
	case f.Type == "customer_update":
		return view.PathDetails
	}
	return view.PathAddMethod
}

// flowCoupon is the coupon that comes with a confirmed change, or "".
func (v *visit) flowCoupon(subscription string) string {
	f := v.Session.Flow
	if f == nil || v.Session.Private.FlowDone || f.SubscriptionUpdateConfirm == nil ||
		f.SubscriptionUpdateConfirm.Subscription != subscription {
		return ""
	}
	discounts := f.SubscriptionUpdateConfirm.Discounts // one at most
	if len(discounts) == 0 {
		return ""
	}
	return text(discounts[0].Coupon)
}

// done ends a deed: the flow, if its type was the session's, and then the page that follows,
// which says what was done.
func (v *visit) done(flow, path string, flash *kit.Flash) error {
	if flash != nil {
		v.flashes.Set(v.w, *flash)
	}
	if err := v.finish(flow); err != nil {
		return err
	}
	if after := v.flowPath(); after == pathDone {
		path = after
	}
	return v.to(path)
}

// finish notes that the session's flow is done, when it is of this type.
func (v *visit) finish(flow string) error {
	f := v.Session.Flow
	if f == nil || f.Type != flow && f.Type != flow+"_confirm" {
		return nil
	}
	return v.App.FinishPortalFlow(v.r.Context(), v.PortalVisit)
}

// showDone is the end of a flow that does not lead into the portal. A form may not lead to another
// site by itself, hence the link.
func showDone(v *visit) error {
	f := v.Session.Flow
	if f == nil || !v.Session.Private.FlowDone {
		return v.to(view.PathHome)
	}
	var page view.Done
	err := v.read(func(s *snapshot) error {
		page.Frame = s.frame("")
		return nil
	})
	if err != nil {
		return err
	}
	if flash := v.flashes.Take(v.w, v.r); flash != nil {
		page.Message = flash.Text(page.Z)
	}
	if c := f.AfterCompletion.HostedConfirmation; c != nil && text(c.CustomMessage) != "" {
		page.Message = *c.CustomMessage
	}
	if r := f.AfterCompletion.Redirect; r != nil {
		page.Company.ReturnURL, page.Leads = r.ReturnURL, r.ReturnURL
	}
	return v.show(http.StatusOK, page.Page())
}

// flash is one good piece of news.
func flash(key i18n.Key, args map[string]string) *kit.Flash {
	return &kit.Flash{Tone: kit.TonePositive, Key: key, Args: args}
}
