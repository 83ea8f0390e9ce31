// Package scenario tells stories from the customer's side, in plain text, and runs them against
// the whole program on both engines: through the API, the worker and the payment simulator, with
// the clock moved by the story.
//
// It owns the House that a test lives in, the language of the stories and the stories
// themselves, in testdata. It owns no rule: what a story expects stands in the story. Only tests
// use it.
//
// It promises that every answer that a story gets was checked strictly against Stripe's document.
package scenario
