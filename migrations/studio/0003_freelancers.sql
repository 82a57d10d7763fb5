-- People from outside the organisation, who work now and then and cannot sign in: rows of `people` with negative ids,
-- numbered by this sequence. The mirror of the members leaves them alone.
create sequence freelancers;

alter table people drop constraint people_role_check;
alter table people add constraint people_role_check
  check (role in ('owner', 'manager', 'engineer', 'assistant', 'freelancer'));
alter table people add constraint people_freelancer check ((id < 0) = (role = 'freelancer'));
alter table people alter column email drop not null;
alter table people add constraint people_email check (email is not null or id < 0);
