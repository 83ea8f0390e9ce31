// Package mail writes the mails that customers get and sends them.
//
// It owns their look, their text alternative, what of somebody else's text may stand in a header,
// and the two ways out: a mailbox that shows mails instead of sending them (test mode) and an SMTP
// server. It does not own the words, which are in i18n, nor when a mail is sent or to whom.
//
// It promises: a mail says the same in HTML and in plain text; nothing that a customer or an
// account typed becomes a header, a recipient or markup; a colour is made readable before it is
// used; and a mail that is sent again has the same Message-ID, so that readers show it once.
package mail
