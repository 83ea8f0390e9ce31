package portal

import "net/http"

// routes is the table of contents: every address of the portal and of the hosted invoices.
func (p *portal) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /p/session/{token}", p.showLink)
	mux.HandleFunc("POST /p/session/{token}", p.useLink)
	mux.HandleFunc("GET /p/login/{token}", p.showLogin)
	mux.HandleFunc("POST /p/login/{token}", p.askForLink)
	mux.HandleFunc("GET /p/expired", p.showExpired)
	mux.HandleFunc("GET /p/signed-out", p.showSignedOut)
	mux.HandleFunc("GET /p/return/{attempt}", p.comeBack)

	for pattern, page := range map[string]page{
		"GET /p/{$}":       goHome,
		"GET /p/home":      showHome,
		"GET /p/plan":      showPlans,
		"GET /p/done":      showDone,
		"POST /p/sign-out": signOut,

		"GET /p/subscriptions/{id}/plan":       choosePlan,
		"GET /p/subscriptions/{id}/review":     showReview,
		"POST /p/subscriptions/{id}/review":    changePlan,
		"GET /p/subscriptions/{id}/processing": waitForChange,
		"GET /p/subscriptions/{id}/cancel":     askCancel,
		"POST /p/subscriptions/{id}/cancel":    cancel,
		"POST /p/subscriptions/{id}/offer":     takeOffer,
		"GET /p/subscriptions/{id}/reason":     askReason,
		"POST /p/subscriptions/{id}/reason":    keepReason,
		"GET /p/subscriptions/{id}/canceled":   showCanceled,
		"POST /p/subscriptions/{id}/undo":      undoCancel,
		"GET /p/subscriptions/{id}/resume":     askResume,
		"POST /p/subscriptions/{id}/resume":    resume,

		"GET /p/payment-methods":               showMethods,
		"GET /p/payment-methods/add":           askMethod,
		"POST /p/payment-methods/add":          addMethod,
		"GET /p/payment-methods/choose":        askWhichMethod,
		"POST /p/payment-methods/choose":       chooseMethod,
		"POST /p/payment-methods/{id}/default": makeDefault,
		"GET /p/payment-methods/{id}/remove":   askRemove,
		"POST /p/payment-methods/{id}/remove":  removeMethod,
		"GET /p/bank/{intent}":                 goToBank,

		"GET /p/details":  showDetails,
		"POST /p/details": saveDetails,

		"GET /p/invoices":                 listInvoices,
		"GET /p/invoices/{id}":            showInvoice,
		"GET /p/invoices/{id}/pdf":        downloadInvoice,
		"GET /p/invoices/{id}/pay":        askPayment,
		"POST /p/invoices/{id}/pay":       payInvoice,
		"GET /p/invoices/{id}/processing": waitForPayment,
	} {
		mux.Handle(pattern, p.inside(page))
	}

	p.hostedRoutes(mux)
	mux.Handle("/", p.trouble(notFound))
}

// hostedRoutes are the pages of single invoices, which need no session.
func (p *portal) hostedRoutes(mux *http.ServeMux) {
	for pattern, page := range map[string]hostedPage{
		"GET /i/{token}":            showHosted,
		"POST /i/{token}/pay":       payHosted,
		"GET /i/{token}/card":       goFromHosted,
		"GET /i/{token}/processing": waitHosted,
		"GET /i/{token}/pdf":        downloadHosted,
	} {
		mux.Handle(pattern, p.hosted(page))
	}
}
