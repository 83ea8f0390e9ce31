-- +goose Up
-- The address at which customers log in leads to its configuration.
alter table portal_configurations add column login_token text;
create unique index portal_configurations_login_token_key
    on portal_configurations (account, livemode, login_token) where login_token is not null;
create index portal_configurations_login_token_idx on portal_configurations (login_token);
