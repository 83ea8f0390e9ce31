-- +goose Up
-- The books. Rows are only added; the entries of a posting sum to zero in each currency.

create table ledger_transactions (
    account text not null,
    livemode boolean not null,
    id text not null,
    kind text not null,
    customer text,
    invoice text,
    ref text,
    at bigint not null,
    primary key (account, livemode, id)
);
create index ledger_transactions_invoice_idx on ledger_transactions (account, livemode, invoice);

-- Debits are positive, credits negative. book names the account within the books.
create table ledger_entries (
    account text not null,
    livemode boolean not null,
    posting text not null,
    place bigint not null,
    book text not null,
    currency text not null,
    amount bigint not null,
    primary key (account, livemode, posting, place),
    foreign key (account, livemode, posting)
        references ledger_transactions (account, livemode, id),
    check (amount <> 0),
    check (length(currency) = 3)
);
create index ledger_entries_book_idx on ledger_entries (account, livemode, book, currency);
