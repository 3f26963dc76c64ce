# One new file in framework/data/formats is the only edit, of a format of time series, too: a copy of the
# tree is configured, then the file is put there, then the program is built without configuring by hand. The
# model is trained, evaluated against the naive forecast and asked for forecasts with the numbers of the
# built-in format `series`, which reads the same values from another form.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

build_with(wide_series.c framework/data/formats)
set(PROGRAM ${FOLDER}/build/rondo)

# Two saws of other teeth in each file, as lines and as rows of a table.
function(write_series file rows shift)
  set(wide "")
  set(long "series,value\n")
  foreach(name tooth jag)
    string(LENGTH ${name} period)
    string(APPEND wide ${name})
    foreach(row RANGE 1 ${rows})
      math(EXPR value "(${row} + ${shift}) % ${period} * 5 + ${row} % 2")
      string(APPEND wide " 0.${value}")
      string(APPEND long "${name},0.${value}\n")
    endforeach()
    string(APPEND wide "\n")
  endforeach()
  file(WRITE ${FOLDER}/${file}.txt "${wide}")
  file(WRITE ${FOLDER}/${file}.csv "${long}")
endfunction()

write_series(train 60 0)
write_series(valid 20 1)
write_series(test 24 2)
write_series(recent 11 3)

# `data` are the lines of the section that name the format and its options.
function(write_config file ending data)
  file(WRITE ${FOLDER}/${file} "behavior_version: 1
seed: 3
task: forecasting
data:
${data}
  path: train.${ending}
  split: {valid: valid.${ending}, test: test.${ending}}
  batch_size: 10
model: {layers: [{cell: gru, hidden: 6}], pooling: last}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 4}
")
endfunction()
write_config(wide.yaml txt "  format: wide_series
  options: {window: 6, horizon: 3}")
write_config(built_in.yaml csv "  format: series
  options: {window: 6, horizon: 3, id: series, targets: value, standardize: false}")

rondo(0 "list formats" "format +wide_series +built in")
rondo(0 "describe format wide_series" "time series, one per line" "window: 8\n" "horizon: 1\n")
rondo(0 "check wide.yaml" "format: wide_series" "horizon: 3\n")
rondo(2 "check wide.yaml --set data.options.widow=4" "unknown option; wide_series allows: window, horizon; did you mean window\\?")
rondo(2 "check wide.yaml --set data.options.season=4" "only for data.format series; this config has wide_series")
rondo(2 "check wide.yaml --set task=tagging" "data.format wide_series has none")
rondo(1 "train wide.yaml --output refused --set data.options.horizon=15" "valid.txt:1: 20 values; at least 21")

# The errors of model and naive forecast are metrics that training can watch.
foreach(run wide built_in)
  rondo(0 "train ${run}.yaml --output ${run} --set train.monitor=model_root_mean_squared_error"
        "the model is better than persistence")
  execute_process(COMMAND ${PROGRAM} evaluate ${run} --split test --json WORKING_DIRECTORY ${FOLDER}
                  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  string(JSON loss_of_${run} GET "${output}" loss)
  string(JSON forecast_of_${run} GET "${output}" forecast)
endforeach()
if(NOT loss_of_wide STREQUAL loss_of_built_in OR NOT forecast_of_wide STREQUAL forecast_of_built_in
   OR NOT forecast_of_wide MATCHES "persistence.*columns.*value")
  message(FATAL_ERROR "${loss_of_wide}\n${forecast_of_wide}\nbuilt in ${loss_of_built_in}\n${forecast_of_built_in}")
endif()
rondo(0 "evaluate wide recent.txt" "persistence" "value +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+\n")

# What follows each line, and what was predicted of a split, in every form.
foreach(form data csv json)
  set(as "")
  if(NOT form STREQUAL data)
    set(as "--format ${form}")
  endif()
  foreach(what recent test)
    foreach(run_ending "wide;txt" "built_in;csv")
      list(GET run_ending 0 run)
      list(GET run_ending 1 ending)
      set(of ${what}.${ending})
      if(what STREQUAL test)
        set(of "--split test")
      endif()
      rondo(0 "predict ${run} ${of} ${as} --output ${run}.${what}.${form}")
    endforeach()
    run(${CMAKE_COMMAND} -E compare_files ${FOLDER}/wide.${what}.${form} ${FOLDER}/built_in.${what}.${form})
  endforeach()
endforeach()
file(READ ${FOLDER}/wide.recent.data forecasts)
if(NOT forecasts MATCHES "^series,step,value\ntooth,1,[^\n]+\ntooth,2,[^\n]+\ntooth,3,[^\n]+\njag,1,[^\n]+\njag,2,[^\n]+\njag,3,[^\n]+\n$")
  message(FATAL_ERROR "forecasts\n${forecasts}")
endif()
rondo(0 "predict wide --split test --format csv" "sequence,value\\+1,value\\+2,value\\+3\n")
file(WRITE ${FOLDER}/short.txt "tooth 0.1 0.2 0.3\n")
rondo(1 "predict wide short.txt" "short.txt:1: 3 values; at least 6 are needed")
