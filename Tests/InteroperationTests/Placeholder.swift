import ICLRecords
