-- On tables of records: the texts that search compares, kept beside their grams; the program fills those of older rows.

alter table enterprise add column sought text;

alter table history.enterprise add column sought text;

alter table enterprise add column sought_own text;

alter table history.enterprise add column sought_own text;

alter table hazard add column sought text;

alter table history.hazard add column sought text;

alter table hazard add column sought_own text;

alter table history.hazard add column sought_own text;

alter table person add column sought text;

alter table history.person add column sought text;

alter table person add column sought_own text;

alter table history.person add column sought_own text;

alter table training add column sought text;

alter table history.training add column sought text;

alter table training add column sought_own text;

alter table history.training add column sought_own text;

alter table special_operation_certificate add column sought text;

alter table history.special_operation_certificate add column sought text;

alter table special_operation_certificate add column sought_own text;

alter table history.special_operation_certificate add column sought_own text;

alter table post_requirement add column sought text;

alter table history.post_requirement add column sought text;

alter table post_requirement add column sought_own text;

alter table history.post_requirement add column sought_own text;

alter table equipment add column sought text;

alter table history.equipment add column sought text;

alter table equipment add column sought_own text;

alter table history.equipment add column sought_own text;

alter table confined_space add column sought text;

alter table history.confined_space add column sought text;

alter table confined_space add column sought_own text;

alter table history.confined_space add column sought_own text;

alter table project add column sought text;

alter table history.project add column sought text;

alter table project add column sought_own text;

alter table history.project add column sought_own text;

alter table drill add column sought text;

alter table history.drill add column sought text;

alter table drill add column sought_own text;

alter table history.drill add column sought_own text;

alter table chief_check add column sought text;

alter table history.chief_check add column sought text;

alter table chief_check add column sought_own text;

alter table history.chief_check add column sought_own text;

alter table insurance add column sought text;

alter table history.insurance add column sought text;

alter table insurance add column sought_own text;

alter table history.insurance add column sought_own text;

alter table guidance add column sought text;

alter table history.guidance add column sought text;

alter table guidance add column sought_own text;

alter table history.guidance add column sought_own text;

alter table monitoring_connection add column sought text;

alter table history.monitoring_connection add column sought text;

alter table monitoring_connection add column sought_own text;

alter table history.monitoring_connection add column sought_own text;

alter table measure_record add column sought text;

alter table history.measure_record add column sought text;

alter table measure_record add column sought_own text;

alter table history.measure_record add column sought_own text;

alter table standardisation add column sought text;

alter table history.standardisation add column sought text;

alter table standardisation add column sought_own text;

alter table history.standardisation add column sought_own text;

alter table tenancy add column sought text;

alter table history.tenancy add column sought text;

alter table tenancy add column sought_own text;

alter table history.tenancy add column sought_own text;

alter table status_change add column sought text;

alter table history.status_change add column sought text;

alter table status_change add column sought_own text;

alter table history.status_change add column sought_own text;

alter table mine_grade add column sought text;

alter table history.mine_grade add column sought text;

alter table mine_grade add column sought_own text;

alter table history.mine_grade add column sought_own text;

alter table tip_off add column sought text;

alter table history.tip_off add column sought text;

alter table tip_off add column sought_own text;

alter table history.tip_off add column sought_own text;

alter table entrustment add column sought text;

alter table history.entrustment add column sought text;

alter table entrustment add column sought_own text;

alter table history.entrustment add column sought_own text;

alter table enforcement_certificate add column sought text;

alter table history.enforcement_certificate add column sought text;

alter table enforcement_certificate add column sought_own text;

alter table history.enforcement_certificate add column sought_own text;
