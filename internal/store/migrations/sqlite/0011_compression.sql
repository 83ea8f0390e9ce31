-- +goose Up
-- SQLite does not compress. The file keeps the numbers of both engines alike.
select 1;
