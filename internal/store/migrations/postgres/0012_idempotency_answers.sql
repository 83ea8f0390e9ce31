-- +goose Up
-- Which request a kept answer was made for, and whether the answer is sealed because it holds a
-- secret.
alter table idempotency_keys add column request_id text collate "C" not null default '';
alter table idempotency_keys add column sealed boolean not null default false;
