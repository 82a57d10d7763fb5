-- A search for a client's words puts all invoices of some hundred clients in order of their day: read from the index alone.
drop index invoices_by_client;
create index invoices_by_client on invoices (client_id, id desc) include (issue_date);
