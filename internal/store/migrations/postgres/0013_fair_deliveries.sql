-- +goose Up
-- What waits is looked up for each endpoint by itself, so that a long queue hides no other.
create index deliveries_waiting on deliveries
    (account, livemode, endpoint, deliver_at_ms, event) where state = 'pending';
drop index deliveries_due;
