package store

import "github.com/portico-billing/portico/internal/billing"

// Mail is a message as it was sent, for the mailbox page.
type Mail struct {
	billing.Scope
	ID       string
	To       string
	Subject  string
	Text     string
	HTML     string
	Customer string
	Created  int64
}

var mailShape = insertShape("mails", []string{"account text", "livemode boolean", "id text",
	"created bigint", "customer text", "recipient text", "subject text", "text_body text",
	"html_body text"})

// InsertMail keeps a message.
func InsertMail(tx *Tx, m Mail) {
	if m.ID == "" {
		m.ID = tx.w.ids.New("mail")
	}
	tx.w.link.queue(stmt{shape: mailShape, args: []any{tx.scope.Account, tx.scope.Livemode, m.ID,
		m.Created, orNull(m.Customer), m.To, m.Subject, m.Text, m.HTML}})
}

const selectMail = `select account, livemode, id, created, coalesce(customer, ''), recipient,
	subject, text_body, html_body from mails`

// Mails reads a page of messages, newest first. Page.Where may limit "recipient" and "customer".
func Mails(q Querier, p Page) (out []Mail, hasMore bool, err error) {
	at := within(q)
	for _, cond := range p.Where {
		if cond.column != "recipient" && cond.column != "customer" {
			panic("store: mails have no column " + cond.column)
		}
		at.add(cond)
	}
	order, err := at.page(q, p, "mails", "mail")
	if err != nil {
		return nil, false, err
	}
	out, err = mails(q, selectMail+at.String()+order, at.args)
	if err != nil {
		return nil, false, err
	}
	out, hasMore = trim(p, out)
	return out, hasMore, nil
}

// MailByID reads one message.
func MailByID(q Querier, id string) (Mail, error) {
	at := within(q).and("id = %s", id)
	ms, err := mails(q, selectMail+at.String(), at.args)
	if err == nil {
		err = missing(ms)
	}
	if err != nil {
		return Mail{}, err
	}
	return ms[0], nil
}

func mails(q Querier, sql string, args []any) (out []Mail, err error) {
	err = q.work().link.query(sql, args, func(r row) error {
		var m Mail
		err := r.Scan(&m.Account, &m.Livemode, &m.ID, &m.Created, &m.Customer, &m.To, &m.Subject,
			&m.Text, &m.HTML)
		out = append(out, m)
		return err
	})
	return out, err
}
