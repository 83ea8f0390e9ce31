package storybook

import "slices"

// Stories lists all stories, in the order a customer might meet them.
func Stories() []Story {
	return slices.Concat(homeStories(), planStories(), reviewStories(), cancelStories(),
		paymentStories(), invoiceStories(), detailStories(), doorStories())
}
