# Every line of a case is `FROM COUNT EXPECTED`, three numbers.
! grep -vnE '^[0-9]+ [0-9]+ [0-9]+$' engine/*.case codec/*.case
